package vault

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite "modernc.org/sqlite/lib"
)

// vfsName is SQLite's name for the page layer. A database is opened as "vault-N" on it,
// N numbering the open vaults of the process: SQLite never learns a path, so no SQL can
// make it create another file there.
const vfsName = "coffer"

// settings are made before any statement of the connection's owner. locking_mode must
// come before the first read: without shared memory there is no other way into the log.
const settings = `PRAGMA locking_mode=EXCLUSIVE; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;
PRAGMA synchronous=FULL; PRAGMA cache_size=-32768; PRAGMA secure_delete=FAST;
PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;`

// lateSettings go into the data source name: SQLite sets this one back after prepare.
const lateSettings = "&_pragma=wal_autocheckpoint(4000)"

// shelf is where SQLite's calls find their vault: by name when a file is opened, by
// number after that. SQLite knows one VFS for the whole process, so there is one shelf.
type shelf struct {
	mu     sync.RWMutex
	vaults map[string]*pager
	files  map[uintptr]*openFile
	last   uintptr
}

var vfs = &shelf{vaults: map[string]*pager{}, files: map[uintptr]*openFile{}}

// register makes the VFS known to SQLite, once in the process.
var register = sync.OnceValue(func() error {
	tls := libc.NewTLS() // for as long as the process runs, like the VFS
	base := sqlite.Xsqlite3_vfs_find(tls, 0)
	if base == 0 {
		return errors.New("sqlite has no file layer of its own")
	}
	name, err := libc.CString(vfsName)
	if err != nil {
		return err
	}
	own := libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(sqlite.Tsqlite3_vfs{})))
	methods := libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(sqlite.Tsqlite3_io_methods{})))
	if own == 0 || methods == 0 {
		return errors.New("no memory for the file layer")
	}
	*at[sqlite.Tsqlite3_io_methods](methods) = fileMethods()
	v := at[sqlite.Tsqlite3_vfs](own)
	*v = *at[sqlite.Tsqlite3_vfs](base) // clock, sleep and randomness stay the system's
	v.FpNext, v.FzName, v.FpAppData = 0, name, methods
	v.FszOsFile = int32(unsafe.Sizeof(cFile{}))
	v.FmxPathname = 512
	v.FxOpen = pointer(vfsOpen)
	v.FxDelete = pointer(vfsDelete)
	v.FxAccess = pointer(vfsAccess)
	v.FxFullPathname = pointer(vfsFullPathname)
	if rc := sqlite.Xsqlite3_vfs_register(tls, own, 0); rc != sqlite.SQLITE_OK {
		return fmt.Errorf("register file layer: sqlite code %d", rc)
	}
	if rc := sqlite.Xsqlite3_auto_extension(tls, pointer(prepare)); rc != sqlite.SQLITE_OK {
		return fmt.Errorf("register settings: sqlite code %d", rc)
	}
	return nil
})

// pointer gives a function of the top level the form in which SQLite's code calls it.
// A closure would be lost to the garbage collector.
func pointer[F any](f F) uintptr { return *(*uintptr)(unsafe.Pointer(&f)) }

// at reads p as an address in C memory, which never moves.
func at[T any](p uintptr) *T { return *(**T)(unsafe.Pointer(&p)) }

func bytesAt(p uintptr, n int) []byte { return unsafe.Slice(at[byte](p), n) }

// put makes p reachable for SQLite and returns its database name.
func (s *shelf) put(p *pager) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	name := fmt.Sprintf("vault-%d", s.last)
	s.vaults[name] = p
	return name
}

// take makes the name unknown again.
func (s *shelf) take(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.vaults, name)
}

func (s *shelf) vault(name string) *pager {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.vaults[name]
}

func (s *shelf) add(f *openFile) uintptr {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	s.files[s.last] = f
	return s.last
}

func (s *shelf) file(number uintptr) *openFile {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.files[number]
}

func (s *shelf) drop(number uintptr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.files, number)
}

const logSuffix = "-wal"

// vfsOpen opens the main database or the log of a vault that is on the shelf. There are
// no other files: no journal, no temporary file, no second database.
func vfsOpen(_ *libc.TLS, pVfs, zName, pFile uintptr, flags int32, pFlags uintptr) int32 {
	c := at[cFile](pFile)
	*c = cFile{}
	if zName == 0 {
		return sqlite.SQLITE_CANTOPEN
	}
	name := libc.GoString(zName)
	file := &openFile{}
	switch {
	case flags&sqlite.SQLITE_OPEN_MAIN_DB != 0:
		file.pager = vfs.vault(name)
	case flags&sqlite.SQLITE_OPEN_WAL != 0:
		file.pager, file.log = vfs.vault(strings.TrimSuffix(name, logSuffix)), true
	}
	if file.pager == nil {
		return sqlite.SQLITE_CANTOPEN
	}
	if rc := file.bind(); rc != sqlite.SQLITE_OK {
		return rc
	}
	c.number = vfs.add(file)
	c.base.FpMethods = at[sqlite.Tsqlite3_vfs](pVfs).FpAppData
	if pFlags != 0 {
		*at[int32](pFlags) = flags
	}
	return sqlite.SQLITE_OK
}

func vfsDelete(_ *libc.TLS, _, zName uintptr, _ int32) int32 {
	name, isLog := strings.CutSuffix(libc.GoString(zName), logSuffix)
	p := vfs.vault(name)
	if p == nil || !isLog {
		return sqlite.SQLITE_IOERR_DELETE_NOENT
	}
	return p.do(sqlite.SQLITE_IOERR_DELETE, true, p.dropLog)
}

// vfsAccess says which files there are: the log, when it counts.
func vfsAccess(_ *libc.TLS, _, zName uintptr, _ int32, pResult uintptr) int32 {
	*at[int32](pResult) = 0
	name, isLog := strings.CutSuffix(libc.GoString(zName), logSuffix)
	if p := vfs.vault(name); p != nil && isLog {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.log.file != nil {
			*at[int32](pResult) = 1
		}
	}
	return sqlite.SQLITE_OK
}

// vfsFullPathname leaves names as they are.
func vfsFullPathname(tls *libc.TLS, _, zName uintptr, room int32, zOut uintptr) int32 {
	name := libc.GoString(zName)
	if len(name)+1 > int(room) {
		return sqlite.SQLITE_CANTOPEN
	}
	out := bytesAt(zOut, len(name)+1)
	copy(out, name)
	out[len(name)] = 0
	return sqlite.SQLITE_OK
}

// prepare runs at the end of every opening of a database in this process, and makes the
// settings on those that lie in a vault.
func prepare(tls *libc.TLS, db, _, _ uintptr) int32 {
	if sqlite.Xsqlite3_file_control(tls, db, 0, controlIsVault, 0) != sqlite.SQLITE_OK {
		return sqlite.SQLITE_OK
	}
	sql, err := libc.CString(settings)
	if err != nil {
		return sqlite.SQLITE_NOMEM
	}
	defer libc.Xfree(tls, sql)
	return sqlite.Xsqlite3_exec(tls, db, sql, 0, 0, 0)
}
