package say_test

import (
	"errors"
	"strings"
	"testing"

	"coffer/app/fault"
)

// What befell a backup is not said of the vault.
func TestTroubleWithABackupHasSentencesOfItsOwn(t *testing.T) {
	v, said := english(t), map[string]fault.Kind{}
	for _, kind := range []fault.Kind{fault.WrongPassphrase, fault.VaultDamaged, fault.VaultNewer, fault.VaultForeign, fault.VaultMissing} {
		text := v.Fault(fault.Because(kind, "backup", "restore the backup", errors.New("cause-of-it")))
		if text == v.Fault(fault.New(kind, "open the vault", errors.New("x"))) || !strings.Contains(strings.ToLower(text), "backup") || strings.Contains(text, "cause-of-it") {
			t.Errorf("kind %d says %q", kind, text)
		}
		if other, twice := said[text]; twice {
			t.Errorf("kinds %d and %d say the same", kind, other)
		}
		said[text] = kind
	}
}
