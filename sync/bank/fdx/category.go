package fdx

import (
	"coffer/app/ledger"
	"coffer/sync/bank/reply"
)

// categoryOf maps the bank's word, the narrower one first; none if it is not clear.
func categoryOf(f fields) ledger.Category {
	return reply.Category(f.get("subCategory"), f.get("category"))
}
