package vault

import (
	"os"
	"strings"
)

// Login names the login session that this process is of, as far as the system tells: the start of
// the computer, and the session since. "" is not known.
func Login() string {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	session := os.Getenv("XDG_SESSION_ID")
	if session == "" {
		if audit, err := os.ReadFile("/proc/self/sessionid"); err == nil {
			session = string(audit)
		}
	}
	return strings.TrimSpace(string(boot)) + "/" + strings.TrimSpace(session)
}
