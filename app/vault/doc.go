// Package vault seals everything that Coffer keeps on the device: key slots and the
// encrypting page layer under SQLite. FORMAT.md beside it is the byte layout.
package vault
