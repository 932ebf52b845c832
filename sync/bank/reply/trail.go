package reply

import "coffer/sync/bank"

// Again is an error where page goes on and all its rows were on those before it.
func (t *Trail) Again(page bank.Page) error { return t.again(page) }
