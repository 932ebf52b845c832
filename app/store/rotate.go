package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"coffer/app/vault"
)

// What is kept: the newest backup of each of the last ten days that have one, and of each of the
// last four weeks, and those from before a migration.
const (
	keptDays  = 10
	keptWeeks = 4
)

const (
	workPrefix   = ".making-"
	backupPrefix = "coffer-"
	backupSuffix = ".backup"
	beforeMark   = "-before-"
	backupTime   = "20060102T150405Z"
)

// nameOf names a backup by its time and, before a migration, by the schema that comes.
func nameOf(at time.Time, before int) string {
	name := backupPrefix + at.UTC().Format(backupTime)
	if before > 0 {
		name += fmt.Sprintf("%s%d", beforeMark, before)
	}
	return name + backupSuffix
}

// freeName is nameOf at that time, or the next second that has no backup yet: it may be another
// vault's.
func freeName(dir string, at time.Time, before int) (string, error) {
	for ; ; at = at.Add(time.Second) {
		name := nameOf(at, before)
		if _, err := os.Lstat(filepath.Join(dir, name)); errors.Is(err, fs.ErrNotExist) {
			return name, nil
		} else if err != nil {
			return "", err
		}
	}
}

// timeOf reads a name that nameOf made.
func timeOf(name string) (at time.Time, before, ok bool) {
	text, isOurs := strings.CutPrefix(name, backupPrefix)
	text, also := strings.CutSuffix(text, backupSuffix)
	text, _, before = strings.Cut(text, beforeMark)
	at, err := time.Parse(backupTime, text)
	return at, before, isOurs && also && err == nil
}

// Backups lists the backups in dir, the newest first. A folder that is not there has none.
func Backups(dir string) ([]vault.FoundBackup, error) {
	names, err := backupNames(dir)
	if err != nil {
		return nil, err
	}
	var all []vault.FoundBackup
	for _, name := range names {
		b := vault.FoundBackup{Path: filepath.Join(dir, name)}
		b.BackupInfo, b.Problem = vault.LookBackup(b.Path)
		b.Made, b.Before, _ = timeOf(name)
		all = append(all, b)
	}
	return all, nil
}

// backupNames are the files in dir with names of backups, the newest first.
func backupNames(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, diskFault("list the backups", err)
	}
	var names []string
	for _, e := range entries {
		if _, _, ok := timeOf(e.Name()); ok && e.Type().IsRegular() {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	slices.Reverse(names)
	return names, nil
}

// rotate deletes the backups in dir that need not be kept beside made. Those of another vault, and
// what can't be read, are nobody's to delete here; what says that it is from later than made, by a
// clock that was wrong, is kept and takes no place.
func rotate(dir string, made vault.FoundBackup) error {
	all, err := Backups(dir)
	if err != nil {
		return err
	}
	var names []string
	for _, b := range all {
		if b.Problem == nil && b.ID == made.ID && !b.Made.After(made.Made) {
			names = append(names, filepath.Base(b.Path))
		}
	}
	for _, name := range dropped(names) {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			return diskFault("delete an old backup", err)
		}
	}
	return nil
}

// dropped picks those of names, the newest first, that need not be kept.
func dropped(names []string) []string {
	days, weeks := map[string]bool{}, map[string]bool{}
	var drop []string
	for _, name := range names {
		at, before, ok := timeOf(name)
		if !ok || before {
			continue
		}
		year, number := at.ISOWeek()
		day, week := at.Format(time.DateOnly), fmt.Sprint(year, number)
		keep := false
		if !days[day] && len(days) < keptDays {
			days[day], keep = true, true
		}
		if !weeks[week] && len(weeks) < keptWeeks {
			weeks[week], keep = true, true
		}
		if !keep {
			drop = append(drop, name)
		}
	}
	return drop
}

// clearWork deletes what an interrupted backup of the same vault left in dir: sealed copies.
func clearWork(dir, mark string) error {
	const op = "tidy up"
	entries, err := os.ReadDir(dir)
	if err != nil {
		return diskFault(op, err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), mark) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return diskFault(op, err)
		}
	}
	return nil
}
