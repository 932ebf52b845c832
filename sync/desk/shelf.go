package desk

import (
	"fmt"
	"io/fs"
	"os"

	"coffer/app"
	"coffer/app/provider"
	"coffer/sync/bank/all"
)

// Demo is an invented bank that listens on this computer.
type Demo struct {
	ID     string // of its provider file: "demo-northlight"
	Origin string // "http://127.0.0.1:4711"
	SignIn app.SignIn
}

// Can is what this version can do of all that a provider file may ask for.
func Can() provider.Can {
	can := provider.Can{
		Ways:      []provider.Way{provider.OAuth, provider.Device, provider.OwnConsent},
		Clients:   []provider.Client{provider.Public, provider.SecretBasic, provider.SecretPost, provider.PrivateKey, provider.MutualTLS},
		Redirects: []provider.Redirect{provider.AnyPort, provider.FixedPort, provider.PasteBack},
	}
	can.Ways = append(can.Ways, handed()...)
	for _, d := range all.Dialects() {
		can.Dialects = append(can.Dialects, d.Name())
	}
	return can
}

// RealBanks returns what reads the provider files that ship and those in the person's folder, without
// the demo banks'. It fails if a shipped file is wrong.
func RealBanks(shipped fs.FS, folder string) (func() app.Shelf, error) {
	files, err := provider.Shipped(shipped)
	if err != nil {
		return nil, fmt.Errorf("read what ships: %w", err)
	}
	return func() app.Shelf {
		own, broken := provider.Own(os.DirFS(folder), folder, files)
		shelf := app.Shelf{Broken: broken, Folder: folder}
		for _, l := range append(files[:len(files):len(files)], own...) {
			if !l.Demo() {
				shelf.Providers = append(shelf.Providers, app.FromFile(l, Can()))
			}
		}
		return shelf
	}, nil
}

// DemoBanks returns the demo banks that listen now. The demo's vault sees no others.
func DemoBanks(shipped fs.FS, listening []Demo) (func() app.Shelf, error) {
	files, err := provider.Shipped(shipped)
	if err != nil {
		return nil, fmt.Errorf("read what ships: %w", err)
	}
	var shelf app.Shelf
	for _, demo := range listening { // in their order
		for _, l := range files {
			if l.ID == demo.ID {
				l.Provider = l.At(demo.Origin)
				p := app.FromFile(l, Can())
				p.SignIn = &demo.SignIn
				shelf.Providers = append(shelf.Providers, p)
			}
		}
	}
	return func() app.Shelf { return shelf }, nil
}
