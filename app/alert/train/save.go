package main

import (
	"fmt"
	"os"

	"coffer/app/alert/model"
)

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
