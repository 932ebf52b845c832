package vault

import (
	"errors"

	"modernc.org/libc"
	sqlite "modernc.org/sqlite/lib"
)

// controlIsVault is a file control of our own: only a file of a vault answers it.
const controlIsVault = 0x436f66

// cFile is an open file as SQLite holds it, in C memory.
type cFile struct {
	base   sqlite.Tsqlite3_file
	number uintptr
}

// openFile is the main database or the log of a vault, opened by SQLite.
type openFile struct {
	pager *pager
	log   bool
}

// fileMethods has version 1: no shared memory and no memory mapping of what is sealed.
func fileMethods() sqlite.Tsqlite3_io_methods {
	return sqlite.Tsqlite3_io_methods{
		FiVersion: 1, FxClose: pointer(fileClose), FxRead: pointer(fileRead), FxWrite: pointer(fileWrite),
		FxTruncate: pointer(fileTruncate), FxSync: pointer(fileSync), FxFileSize: pointer(fileSize),
		FxLock: pointer(fileLock), FxUnlock: pointer(fileLock), FxCheckReservedLock: pointer(fileReserved),
		FxFileControl: pointer(fileControl), FxSectorSize: pointer(fileSectorSize),
		FxDeviceCharacteristics: pointer(fileCharacteristics),
	}
}

// do runs one operation and turns its error into a code: otherwise is for those that
// have no code of their own. The error itself is kept for Explain.
func (p *pager) do(otherwise int32, writes bool, operation func() error) int32 {
	p.mu.Lock()
	defer p.mu.Unlock()
	var err error
	switch {
	case p.closed:
		err = errClosed
	case writes && p.broken != nil:
		err = p.broken
	default:
		err = operation()
	}
	if err == nil {
		return sqlite.SQLITE_OK
	}
	if errors.Is(err, errShort) {
		return sqlite.SQLITE_IOERR_SHORT_READ
	}
	p.cause = err
	switch {
	case errors.Is(err, errSealBroken):
		return sqlite.SQLITE_IOERR_DATA
	case noSpace(err):
		return sqlite.SQLITE_FULL
	}
	return otherwise
}

// bind notes that SQLite opens f. A vault has one connection at a time.
func (f *openFile) bind() int32 {
	p := f.pager
	if f.log {
		return p.do(sqlite.SQLITE_CANTOPEN, false, func() error {
			p.log.written = false
			return p.log.create()
		})
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bound {
		return sqlite.SQLITE_BUSY
	}
	p.bound = true
	return sqlite.SQLITE_OK
}

func opened(pFile uintptr) *openFile { return vfs.file(at[cFile](pFile).number) }

func fileClose(_ *libc.TLS, pFile uintptr) int32 {
	c := at[cFile](pFile)
	f := vfs.file(c.number)
	vfs.drop(c.number)
	*c = cFile{}
	if f.log {
		return sqlite.SQLITE_OK
	}
	f.pager.mu.Lock()
	defer f.pager.mu.Unlock()
	f.pager.bound = false
	return sqlite.SQLITE_OK
}

func fileRead(_ *libc.TLS, pFile, zBuf uintptr, amount int32, off int64) int32 {
	f, dst := opened(pFile), bytesAt(zBuf, int(amount))
	return f.pager.do(sqlite.SQLITE_IOERR_READ, false, func() error {
		if f.log {
			return f.pager.log.read(dst, off)
		}
		return f.pager.pages.read(dst, off)
	})
}

func fileWrite(_ *libc.TLS, pFile, zBuf uintptr, amount int32, off int64) int32 {
	f, src := opened(pFile), bytesAt(zBuf, int(amount))
	return f.pager.do(sqlite.SQLITE_IOERR_WRITE, true, func() error {
		if f.log {
			return f.pager.writeLog(src, off)
		}
		return f.pager.pages.write(src, off)
	})
}

func fileTruncate(_ *libc.TLS, pFile uintptr, size int64) int32 {
	f := opened(pFile)
	return f.pager.do(sqlite.SQLITE_IOERR_TRUNCATE, true, func() error {
		if f.log {
			return f.pager.cutLog(size)
		}
		return f.pager.pages.truncate(size)
	})
}

func fileSync(_ *libc.TLS, pFile uintptr, _ int32) int32 {
	f := opened(pFile)
	return f.pager.do(sqlite.SQLITE_IOERR_FSYNC, true, func() error {
		if f.log {
			return f.pager.syncLog()
		}
		return f.pager.syncMain()
	})
}

func fileSize(_ *libc.TLS, pFile, pSize uintptr) int32 {
	f := opened(pFile)
	return f.pager.do(sqlite.SQLITE_IOERR_FSTAT, false, func() error {
		if f.log {
			*at[int64](pSize) = f.pager.log.size()
		} else {
			*at[int64](pSize) = f.pager.pages.size()
		}
		return nil
	})
}

// fileLock has nothing to do: the vault is locked as a whole for as long as it is open.
func fileLock(*libc.TLS, uintptr, int32) int32 { return sqlite.SQLITE_OK }

func fileReserved(_ *libc.TLS, _, pResult uintptr) int32 {
	*at[int32](pResult) = 0
	return sqlite.SQLITE_OK
}

func fileControl(_ *libc.TLS, _ uintptr, op int32, _ uintptr) int32 {
	if op == controlIsVault {
		return sqlite.SQLITE_OK
	}
	return sqlite.SQLITE_NOTFOUND
}

func fileSectorSize(*libc.TLS, uintptr) int32 { return blockBytes }

// fileCharacteristics lets SQLite leave out the frames that would fill a sector after each
// commit: a frame is a block of its own already.
func fileCharacteristics(*libc.TLS, uintptr) int32 {
	return sqlite.SQLITE_IOCAP_POWERSAFE_OVERWRITE
}
