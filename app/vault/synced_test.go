package vault_test

import (
	"os"
	"path/filepath"
	"testing"

	"coffer/app/vault"
)

func TestAFolderThatIsCopiedElsewhereIsKnown(t *testing.T) {
	home := t.TempDir()
	ok := func(t *testing.T, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, folder := range []string{"Syncs/docs", "cloud", "own", "plain/Dropboxes"} {
		ok(t, os.MkdirAll(filepath.Join(home, folder), 0o700))
	}
	ok(t, os.Mkdir(filepath.Join(home, "Syncs", ".stfolder"), 0o700))
	ok(t, os.WriteFile(filepath.Join(home, "cloud", ".sync_0a1b2c.db"), nil, 0o600))
	ok(t, os.WriteFile(filepath.Join(home, "own", ".owncloudsync.log"), nil, 0o600))
	ok(t, os.Mkdir(filepath.Join(home, "OneDrive - Work"), 0o700))
	ok(t, os.Symlink(filepath.Join(home, "OneDrive - Work"), filepath.Join(home, "link")))
	for dir, want := range map[string]string{
		"Dropbox/coffer":                     "Dropbox",
		"Dropbox (Personal)/a/b":             "Dropbox",
		"OneDrive/coffer/vault":              "OneDrive",
		"link/coffer":                        "OneDrive",
		"Library/Mobile Documents/x":         "iCloud Drive",
		"Syncs/docs/coffer":                  "Syncthing",
		"cloud/coffer":                       "Nextcloud",
		"Nextcloud2/coffer":                  "Nextcloud",
		"own":                                "ownCloud",
		"Google Drive/coffer":                "Google Drive",
		"plain/Dropboxes/coffer":             "",
		"coffer/vault":                       "",
		".local/share/coffer/vault/not/made": "",
	} {
		if got := vault.SyncedBy(filepath.Join(home, dir)); got != want {
			t.Errorf("%s: synced by %q, want %q", dir, got, want)
		}
	}
}
