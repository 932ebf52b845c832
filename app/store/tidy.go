package store

import (
	"context"
	"fmt"
)

const (
	largeSegment = 32  // pages
	tidyStep     = 250 // pages that one step of TidyWords writes
)

// TidyWords merges the large segments of the full text index into one, as a first read or a large file leaves several. Otherwise
// one of the small writes after it would have to, which takes seconds at a million rows. It goes in steps, each of them a
// transaction of its own, and is left as it is where ctx ends.
func (s *Store) TidyWords(ctx context.Context) error {
	const (
		large  = "SELECT count(*) FROM (SELECT 1 FROM words_idx GROUP BY segid HAVING count(*) >= ?)"
		change = "SELECT total_changes()"
	)
	found := 0
	err := s.read(ctx, "look at the search index", func(ctx context.Context) error { return s.one(ctx, large, []any{largeSegment}, &found) })
	if err != nil || found < 2 {
		return err
	}
	for pages := -tidyStep; ; pages = tidyStep { // below zero: all segments are to be one
		before, after := 0, 0
		err := s.change(ctx, "tidy the search index", func(ctx context.Context) error {
			if err := s.one(ctx, change, nil, &before); err != nil {
				return err
			}
			if err := s.exec(ctx, "INSERT INTO words (words, rank) VALUES ('merge', ?)", pages); err != nil {
				return fmt.Errorf("merge: %w", err)
			}
			return s.one(ctx, change, nil, &after)
		})
		if err != nil || after-before < 2 { // the statement itself counts as one
			return err
		}
	}
}
