// Package part holds Coffer's own widgets. They take texts that are already worded and
// formatted, and plain numbers; colours and sizes come from the theme on every Refresh.
//
// All of it is used on the UI goroutine only. Parts import Fyne and ui/look, nothing else.
package part
