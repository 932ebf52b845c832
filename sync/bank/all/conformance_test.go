//go:build conformance

package all_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coffer/sync/bank/all"
	"coffer/sync/bank/banktest"
)

// others are the rooms that read each folder of bank-json.
var others = map[string][]string{
	"ConsumerDataRight+mock-data-holder":  {"cdr"},
	"Mastercard+Fdx-Mock-Resource-Server": {"fdx"},
	"cloudentity+openbanking-quickstart":  {"fdx", "obie", "cdr"},
	"jeeftor+simplefin4py":                {"simplefin"},
	"nitin-tiwari+reference-mock-server":  {"obie"},
	"petermcd+monzo-api":                  {"monzo"},
	"starlingbank+starling-developer-sdk": {"starling"},
}

// TestCorpusIsReadWhole: every folder is some dialect's, and every file stands in the golden text of a dialect that reads
// the folder.
func TestCorpusIsReadWhole(t *testing.T) {
	root := filepath.Join(banktest.CorpusRoot(t), "bank-json")
	files, err := filepath.Glob(filepath.Join(root, "*", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no file in %s, %v", root, err)
	}
	named := map[string]bool{}
	for _, path := range files {
		folder, file := filepath.Base(filepath.Dir(path)), filepath.Base(path)
		rooms := slices.DeleteFunc(slices.Clone(others[folder]), func(room string) bool { _, known := all.Named(room); return !known })
		for _, room := range rooms {
			named[folder+"/"+file] = named[folder+"/"+file] || strings.Contains(told(t, room), " "+folder+"/"+file)
		}
		switch {
		case others[folder] == nil:
			t.Errorf("no dialect reads the folder %s", folder)
		case len(rooms) > 0 && !named[folder+"/"+file]:
			t.Errorf("%s/%s stands in the golden text of none of %v", folder, file, rooms)
		case len(rooms) == 0:
			t.Logf("%s/%s: Coffer has no dialect of %v", folder, file, others[folder])
		}
	}
}

// told is all golden text of a room about files of others.
func told(t *testing.T, room string) string {
	paths, err := filepath.Glob(filepath.Join("..", room, "testdata", "conformance", "*.golden"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s has no golden text, %v", room, err)
	}
	var all strings.Builder
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(raw)
	}
	return all.String()
}
