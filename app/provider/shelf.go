package provider

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Listed is a provider with where its file lies.
type Listed struct {
	Provider
	Own string // path of the person's file; empty: it ships with Coffer
}

// Broken is a file of the person's folder that can't be used, or the folder itself.
type Broken struct {
	Path     string // for a person to read: what can't be seen in it is written out
	Problems Problems
}

const mostFiles = 200

// Shipped reads the files that ship with Coffer, by name.
func Shipped(files fs.FS) ([]Listed, error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, fmt.Errorf("list the provider files: %w", err)
	}
	var all []Listed
	for _, e := range entries {
		raw, err := fs.ReadFile(files, e.Name())
		if err != nil {
			return nil, fmt.Errorf("read provider file %s: %w", e.Name(), err)
		}
		p, err := Parse(e.Name(), raw)
		if err != nil {
			return nil, fmt.Errorf("read provider file: %w", err)
		}
		all = append(all, Listed{Provider: p})
	}
	return all, nil
}

// Own reads the person's folder, whose files are in files and whose path is dir. A file that is
// wrong is returned as such, and the others with it. A folder that isn't there is empty.
func Own(files fs.FS, dir string, shipped []Listed) ([]Listed, []Broken) {
	entries, err := fs.ReadDir(files, ".")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, []Broken{{dir, Problems{{path.Base(filepath.ToSlash(dir)), 1, "the folder can't be read: see that it is yours and a folder"}}}}
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		return !strings.HasSuffix(strings.ToLower(e.Name()), ".toml") || strings.HasPrefix(e.Name(), ".")
	})
	var all []Listed
	var broken []Broken
	for i, e := range entries {
		at := filepath.Join(dir, e.Name())
		p, err := own(files, e, i, slices.Concat(shipped, all))
		var wrong Problems
		switch {
		case errors.As(err, &wrong):
			broken = append(broken, Broken{filepath.Join(dir, plainly(e.Name())), wrong})
		default:
			all = append(all, Listed{p, at})
		}
		if i == mostFiles {
			break
		}
	}
	return all, broken
}

func own(files fs.FS, e fs.DirEntry, nth int, before []Listed) (Provider, error) {
	name := plainly(e.Name())
	fail := func(what string) (Provider, error) { return Provider{}, Problems{{name, 1, what}} }
	switch {
	case nth >= mostFiles:
		return fail(fmt.Sprintf("the folder has more than %d files: this one and those after it are not read", mostFiles))
	case !plainText(e.Name()):
		return fail("its name holds letters that can't be seen, or spaces at its ends: give it a plain name")
	case !e.Type().IsRegular():
		return fail("this is no plain file: put the file itself here, no link and no folder")
	}
	raw, err := readFile(files, e.Name())
	if err != nil {
		return fail("the file can't be read: see that it is there and yours")
	}
	p, err := Parse(name, raw)
	if err != nil {
		return Provider{}, err
	}
	if err := notTaken(name, raw, p, before); err != nil {
		return Provider{}, err
	}
	return p, nil
}

func readFile(files fs.FS, name string) (raw []byte, err error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.ReadAll(io.LimitReader(f, MaxBytes+1))
}

// notTaken refuses what would pass for a bank that is listed already, or for Coffer.
func notTaken(file string, raw []byte, p Provider, before []Listed) error {
	var wrong Problems
	say := func(key, format string, values ...any) {
		wrong = append(wrong, Problem{file, lineOf(raw, key), fmt.Sprintf(format, values...)})
	}
	if p.Demo() {
		say("id", "id begins with %q, which only banks that ship with Coffer have: take another", demoPrefix)
	}
	if skeleton(p.Name) == skeleton("Coffer") {
		say("name", "name is, or looks like, Coffer's own: take another")
	}
	for _, b := range before {
		whose := "a bank that ships with Coffer"
		if b.Own != "" {
			whose = filepath.Base(b.Own)
		}
		if skeleton(p.ID) == skeleton(b.ID) {
			say("id", "id %q is, or looks like, %q of %s: take another", p.ID, b.ID, whose)
		}
		if skeleton(p.Name) == skeleton(b.Name) {
			say("name", "name %q is, or looks like, %q of %s: take another", p.Name, b.Name, whose)
		}
	}
	if len(wrong) > 0 {
		return wrong.sorted()
	}
	return nil
}
