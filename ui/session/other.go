//go:build !linux

package session

import "context"

// Here returns no bus: this system has none.
func Here() Buses { return Buses{} }

// Watch returns at once: nothing tells anything here.
func Watch(context.Context, Buses, Told) {}

// HasTray reports that no tray is known.
func HasTray(context.Context, Buses) bool { return false }

// Metered reports that no network counts its bytes, as far as is known.
func Metered(context.Context, Buses) bool { return false }

// Notify shows nothing: nothing is known here that shows notices.
func Notify(context.Context, Buses, Notice) (uint32, bool) { return 0, false }

// CloseNotice does nothing.
func CloseNotice(context.Context, Buses, uint32) {}
