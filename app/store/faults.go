package store

import (
	"context"
	"errors"
	"fmt"

	"coffer/app/fault"
	"coffer/app/ledger"
)

// The result codes of SQLite that a person can do something about (sqlite.org/rescode.html).
const (
	codePerm       = 3
	codeBusy       = 5
	codeLocked     = 6
	codeReadOnly   = 8
	codeIO         = 10
	codeCorrupt    = 11
	codeFull       = 13
	codeCantOpen   = 14
	codeTooBig     = 18
	codeConstraint = 19
	codeMismatch   = 20
	codeAuth       = 23
	codeNotDB      = 26

	codeIOData      = codeIO | 32<<8
	codeIOCorruptFS = codeIO | 33<<8
)

// classify gives an error of the database its Kind, once; the vault knows best what its pages
// met with.
func (s *Store) classify(op string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || fault.Of(err) != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	if errors.Is(err, ledger.ErrNotFound) {
		return fault.New(fault.NotFound, op, err)
	}
	if s.from.explain != nil {
		if err = s.from.explain(op, err); fault.Of(err) != nil {
			return err
		}
	}
	var coded interface{ Code() int }
	if !errors.As(err, &coded) {
		return fmt.Errorf("%s: %w", op, err)
	}
	return fault.New(kindOf(coded.Code()), op, err)
}

func kindOf(code int) fault.Kind {
	if code == codeIOData || code == codeIOCorruptFS {
		return fault.VaultDamaged
	}
	switch code & 0xff {
	case codeFull:
		return fault.DiskFull
	case codeIO, codeReadOnly, codeCantOpen, codePerm:
		return fault.DiskFailed
	case codeCorrupt, codeNotDB, codeAuth:
		return fault.VaultDamaged
	case codeBusy, codeLocked:
		return fault.VaultInUse
	}
	return fault.Unknown
}
