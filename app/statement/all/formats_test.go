package all_test

import (
	"os"
	"path/filepath"
	"testing"

	"coffer/app/statement/all"
)

// TestEachFixtureIsKnownByItsFormat finds a fixture's format by the room that it lies in.
func TestEachFixtureIsKnownByItsFormat(t *testing.T) {
	for _, format := range all.Formats() {
		files, err := filepath.Glob(filepath.Join("..", format.Name, "testdata", "*.*"))
		if err != nil || len(files) == 0 {
			t.Errorf("%s: no fixtures, %v", format.Name, err)
		}
		for _, file := range files {
			if filepath.Ext(file) == ".golden" {
				continue
			}
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, other := range all.Formats() {
				if knows := other.Sniff(string(raw)); knows != (other.Name == format.Name) {
					t.Errorf("%s knows %s: %v", other.Name, file, knows)
				}
			}
		}
	}
}
