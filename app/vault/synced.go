package vault

import (
	"os"
	"path/filepath"
	"strings"
)

// synced are programs that copy a folder to other computers, by what betrays them: the name of the
// folder on the way to a place, or a file or folder that lies in it.
var synced = []struct {
	name    string
	folders []string // names, or beginnings that end in *
	marks   []string // patterns as of filepath.Match
}{
	{"Dropbox", []string{"Dropbox", "Dropbox (*"}, []string{".dropbox", ".dropbox.cache"}},
	{"OneDrive", []string{"OneDrive", "OneDrive - *"}, nil},
	{"iCloud Drive", []string{"Mobile Documents", "com~apple~CloudDocs", "iCloudDrive", "iCloud Drive*"}, nil},
	{"Syncthing", nil, []string{".stfolder"}},
	{"Nextcloud", []string{"Nextcloud", "Nextcloud*"}, []string{".nextcloudsync.log", ".sync_*.db", "._sync_*.db"}},
	{"ownCloud", []string{"ownCloud", "ownCloud - *"}, []string{".owncloudsync.log"}},
	{"Google Drive", []string{"Google Drive", "GoogleDrive-*", "My Drive", "GoogleDrive"}, nil},
	{"MEGA", []string{"MEGA", "MEGAsync", "MEGAsync Downloads"}, []string{".megaignore"}},
	{"pCloud", []string{"pCloudDrive", "pCloud Drive", "pCloudSync"}, nil},
	{"Seafile", []string{"Seafile"}, nil},
	{"Resilio Sync", []string{"Resilio Sync"}, []string{".sync"}},
}

// SyncedBy returns the program in whose folder dir lies, which need not be there yet, or "". It
// knows the usual ones, by their usual traces.
func SyncedBy(dir string) string {
	for _, way := range waysTo(dir) {
		for at := way; ; at = filepath.Dir(at) {
			if name := syncedHere(at); name != "" {
				return name
			}
			if filepath.Dir(at) == at {
				break
			}
		}
	}
	return ""
}

// waysTo are dir as it is named, and as it is when links are followed as far as it exists.
func waysTo(dir string) []string {
	full, err := filepath.Abs(dir)
	if err != nil {
		return nil
	}
	rest := ""
	for at := full; ; at = filepath.Dir(at) {
		if real, err := filepath.EvalSymlinks(at); err == nil {
			return []string{full, filepath.Join(real, rest)}
		}
		if filepath.Dir(at) == at {
			return []string{full}
		}
		rest = filepath.Join(filepath.Base(at), rest)
	}
}

func syncedHere(folder string) string {
	for _, s := range synced {
		for _, name := range s.folders {
			begins, open := strings.CutSuffix(name, "*")
			if base := filepath.Base(folder); base == name || open && strings.HasPrefix(base, begins) {
				return s.name
			}
		}
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return ""
	}
	for _, s := range synced {
		for _, mark := range s.marks {
			for _, e := range entries {
				if hit, err := filepath.Match(mark, e.Name()); hit && err == nil {
					return s.name
				}
			}
		}
	}
	return ""
}
