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

// BackupDue reports whether none of the daily backups in dir is from the day of now, UTC.
func BackupDue(dir string, now time.Time) (bool, error) {
	names, err := backupNames(dir)
	for _, name := range names {
		if at, before, _ := timeOf(name); !before && sameDay(at, now.UTC()) {
			return false, err
		}
	}
	return err == nil, err
}

func sameDay(a, b time.Time) bool { return a.Format(time.DateOnly) == b.Format(time.DateOnly) }

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

// rotate deletes the backups in dir that need not be kept.
func rotate(dir string) error {
	names, err := backupNames(dir)
	if err != nil {
		return err
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

// clearWork deletes what an interrupted backup left: sealed copies.
func clearWork(dir string) error {
	left, err := filepath.Glob(filepath.Join(dir, workPrefix+"*"))
	for _, path := range left {
		err = errors.Join(err, os.RemoveAll(path))
	}
	if err != nil {
		return diskFault("tidy up", err)
	}
	return nil
}
