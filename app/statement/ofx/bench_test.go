//go:build unix

package ofx_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"coffer/app/statement"
	"coffer/app/statement/ofx"
)

// made returns an OFX file of n rows as a bank would write it.
func made(n int, xml bool) string {
	var b strings.Builder
	el := func(name, value string) {
		fmt.Fprintf(&b, "<%s>%s", name, value)
		if xml {
			fmt.Fprintf(&b, "</%s>", name)
		}
		b.WriteByte('\n')
	}
	b.WriteString("OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX>\n<BANKMSGSRSV1><STMTTRNRS><STMTRS>\n")
	el("CURDEF", "USD")
	b.WriteString("<BANKACCTFROM>")
	el("BANKID", "121000248")
	el("ACCTID", "000123456789")
	el("ACCTTYPE", "CHECKING")
	b.WriteString("</BANKACCTFROM>\n<BANKTRANLIST>")
	el("DTSTART", "20200101")
	el("DTEND", "20281231")
	for i := range n {
		b.WriteString("<STMTTRN>\n")
		el("TRNTYPE", "DEBIT")
		el("DTPOSTED", fmt.Sprintf("20%02d%02d%02d120000", 20+i*8/n, 1+i/28%12, 1+i%28))
		el("TRNAMT", fmt.Sprintf("-%d.%02d", i%500, i%100))
		el("FITID", fmt.Sprintf("2020%09d", i))
		el("NAME", fmt.Sprintf("%s #%04d", []string{"CORNER CAFE", "A &amp; B", "SUPERMARKET", "RAIL", "BOOKS"}[i%5], i%7919))
		if i%5 < 3 {
			el("MEMO", fmt.Sprintf("POS PURCHASE %06d", i))
		}
		b.WriteString("</STMTTRN>\n")
	}
	b.WriteString("</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n")
	return b.String()
}

func benchmark(b *testing.B, xml bool) {
	const rows = 100_000
	raw := made(rows, xml)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	began, n := cpu(b), 0
	for ; b.Loop(); n++ {
		f, err := ofx.Read(b.Context(), raw, statement.Options{})
		if err != nil || f.Rows() != rows {
			b.Fatalf("%d rows, %v", f.Rows(), err)
		}
	}
	b.ReportMetric(float64(n*len(raw))/1e6/(cpu(b)-began).Seconds(), "MB/cpu-s")
}

// cpu returns the user and system time of this process, collector and all: wall time means
// little on a shared machine.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkReadOFX1(b *testing.B) { benchmark(b, false) }
func BenchmarkReadOFX2(b *testing.B) { benchmark(b, true) }
