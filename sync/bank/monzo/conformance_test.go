//go:build conformance

package monzo_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"coffer/sync/bank/monzo"
)

// TestCorpusOfAnswersThatOthersPublished reads the answers that a public client of Monzo's API is tested
// with, in the folder bank-json of the corpus, which CORPUS names from the root of the project.
func TestCorpusOfAnswersThatOthersPublished(t *testing.T) {
	root := os.Getenv("CORPUS")
	if root == "" {
		t.Fatal("CORPUS is not set: it names the folder that holds bank-json")
	}
	if !filepath.IsAbs(root) {
		root = filepath.Join("..", "..", "..", root)
	}
	files, err := filepath.Glob(filepath.Join(root, "bank-json", "petermcd+monzo-api", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	accounts, rows := 0, 0
	for _, path := range files {
		var file struct {
			Data map[string]json.RawMessage `json:"data"`
		}
		if json.Unmarshal([]byte(read(t, path)), &file) != nil {
			continue
		}
		data, err := json.Marshal(file.Data)
		if err != nil {
			t.Fatal(err)
		}
		if list := file.Data["accounts"]; len(list) > 0 && list[0] == '[' {
			all, err := monzo.ReadAccounts(data)
			if err != nil || len(all) != 1 || all[0].Currency != "GBP" || all[0].Name == "" {
				t.Errorf("%s: %+v, %v", filepath.Base(path), all, err)
			}
			accounts += len(all)
		}
		if list := file.Data["transactions"]; len(list) > 0 && list[0] == '[' {
			all, err := monzo.ReadRows(data, "GBP")
			if err != nil || len(all) != 1 || all[0].Amount.Minor != -2775 || all[0].Pending {
				t.Errorf("%s: %+v, %v", filepath.Base(path), all, err)
			}
			rows += len(all)
		}
	}
	if accounts < 5 || rows < 1 {
		t.Errorf("read %d accounts and %d rows", accounts, rows)
	}
}
