package reply

import "coffer/sync/bank"

// Again is an error where page and the one before it held no row that is new.
func (t *Trail) Again(page bank.Page) error { return t.again(page) }
