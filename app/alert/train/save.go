package main

import (
	"fmt"
	"os"

	"coffer/app/alert/model"
)

// about says where weights come from.
func about(sets []set, o options) []string {
	lines := []string{
		"Weights of the alert model: boosted trees in stages (see forest.go). Statistics, not rows.",
		"Fitted by: go run ./app/alert/train --handbook handbook.dev.csv.gz --sparkov sparkov.dev.csv.gz --out app/alert/model/weights.txt",
		"on simulated histories: of the Fraud Detection Handbook (Le Borgne, Siblini, Lebichot, Bontempi), of the Sparkov generator (Harris),",
		fmt.Sprintf("and of Coffer's own generator (app/alert/made, seed %d). No label, and no other person's row, enters a score.", madeSeed),
	}
	for _, s := range sets {
		fitted, rows := 0, 0
		for _, c := range s.customers {
			if c.fitted() {
				fitted++
				rows += len(c.lines)
			}
		}
		lines = append(lines, fmt.Sprintf("%s: fitted on %d of %d customers, %d rows", s.name, fitted, len(s.customers), rows))
	}
	return append(lines, fmt.Sprintf("%d trees in the second stage, twice %d in the third. Customers that were not fitted on, synthetic:", o.trees, o.cases))
}

func save(w *model.Weights, path string) error {
	if path == "" {
		return nil
	}
	text, err := w.AppendText(nil)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		return fmt.Errorf("write the weights: %w", err)
	}
	return nil
}
