package banks

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"
	"unicode"

	"coffer/app/fault"
	"coffer/app/receipt"
	"coffer/app/whole"
	"coffer/ui/paper"
)

// savePDF writes the receipt that is shown into a folder that the person chooses.
func (s *Screen) savePDF() {
	r := s.revocation
	s.do.AskFolder(func(dir string) {
		path := ""
		s.desk.Do(s.ctx, func(ctx context.Context) error {
			chain, err := s.coffer.Receipts(ctx)
			if err != nil {
				return err
			}
			f, err := receipt.Of(chain, r.receipt.Hash)
			if err != nil {
				return err
			}
			raw, err := paper.PDF(s.voice, f, time.Local)
			if err != nil {
				return err
			}
			path, err = saveNew(dir, fileName(f), raw)
			return err
		}, func(err error) {
			r.intact, r.verdict = err == nil, s.voice.T("revoke.saved", "Saved as {{.File}}", "File", path)
			if err != nil {
				r.verdict = s.voice.Fault(err)
			}
			s.redraw(r)
		})
	})
}

// fileName is of the bank and the day, without what a disk may not take.
func fileName(f receipt.File) string {
	bank := strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return c
		}
		return '-'
	}, f.Receipt.Bank)
	if bank = strings.Trim(bank, "-"); len(bank) > 60 {
		bank = "bank"
	}
	return "coffer-receipt-" + bank + "-" + f.Receipt.Ended.UTC().Format(time.DateOnly)
}

// saveNew writes a file that takes no other's place.
func saveNew(dir, name string, raw []byte) (string, error) {
	path, err := whole.WriteNew(dir, name, ".pdf", raw)
	if err != nil {
		return "", fault.New(fault.DiskFailed, "save the receipt", err)
	}
	return path, nil
}

// verifyFile holds a file that the person chooses against the chain of receipts.
func (s *Screen) verifyFile() {
	r := s.revocation
	s.do.AskFile(func(path string) {
		var raw []byte
		var file receipt.File
		var found receipt.Found
		s.desk.Do(s.ctx, func(ctx context.Context) (err error) {
			if raw, err = readSome(path); err != nil {
				return fault.New(fault.DiskFailed, "read a receipt", err)
			}
			if file, err = receipt.Read(raw); err != nil {
				return err
			}
			chain, err := s.coffer.Receipts(ctx)
			found = receipt.Verify(file, chain)
			return err
		}, func(err error) {
			v := s.voice
			switch {
			case errors.Is(err, receipt.ErrForeign):
				r.intact, r.verdict = false, v.T("verdict.foreign", "This file is no receipt of Coffer")
			case err != nil:
				r.intact, r.verdict = false, v.Fault(err)
			default:
				r.intact, r.verdict = found.Verdict == receipt.Genuine, file.Receipt.Bank+": "+paper.Verdict(v, found)
				if r.intact && strings.HasPrefix(string(raw), "%PDF-") && !paper.Same(v, file, raw) {
					r.intact, r.verdict = false, r.verdict+". "+paper.Differs(v)
				}
			}
			s.redraw(r)
		})
	})
}

func readSome(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(err, receipt.ErrForeign)
	}
	return io.ReadAll(io.LimitReader(file, receipt.MostBytes+1))
}
