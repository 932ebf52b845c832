package app

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"coffer/app/egress"
)

// exportChunk is how many rows an export holds in memory.
const exportChunk = 1000

// howToCheck goes into every exported ledger. It is for whoever doubts the program that wrote it.
var howToCheck = []string{
	"This is every request that Coffer made, oldest first. One row is one request. Requests of one link to one host may follow each other on a TCP connection, one at a time; between two rows Coffer sends and reads nothing on it.",
	"To check it by yourself: 1. Record all traffic while Coffer refreshes, as administrator: tcpdump -i any -w coffer.pcap tcp (or Wireshark).",
	"2. Export this ledger again. 3. List the bytes of each connection to each host: tshark -r coffer.pcap -Y 'tcp.len > 0 and not tcp.analysis.retransmission' -T fields -e tcp.stream -e ip.dst -e ipv6.dst -e tcp.dstport -e tcp.len",
	"4. The sum of tcp.len towards a host is bytes_sent of all its rows, the sum from it is bytes_received. What a host sends to a connection that carries no request is never read and not in a row: a goodbye under TLS, as a rule, of at most 64 bytes a connection.",
	"A row with via went to that proxy of yours instead, and its bytes are those of the connection to it: look for the proxy's address.",
	"Every connection of the process to another computer must have its row. Not rows: look-ups of names by the system at your name server, and what your browser loads at the bank's own page.",
	"The hash of a row is SHA-256 of its JSON with the outcome left at its zero values; previous is the hash of the row before. head is the newest: keep it, and `coffer ledger --verify --head HEAD` tells later whether rows were cut off or replaced.",
}

// ExportLedger writes every connection to w, oldest first, as "csv" or "json", with how to check
// it against a packet capture and the head of the chain to keep. Rows of the JSON are
// egress.Entry, complete, so that the chain can be checked without Coffer. In CSV, lines that
// begin with # are notes, and a cell that a spreadsheet would take for a formula begins with '.
func (c *Coffer) ExportLedger(ctx context.Context, w io.Writer, format string) error {
	return c.use(ctx, "export the ledger of connections", func(ctx context.Context, o *opened) error {
		head, err := o.store.EgressHead(ctx)
		if err != nil {
			return err
		}
		rows := exportRows{ctx: ctx, store: o.store, head: head}
		switch format {
		case "csv":
			err = rows.csv(w, c.Now())
		case "json":
			err = rows.json(w, c.Now())
		default:
			err = errors.New("a ledger is exported as csv or json")
		}
		if err != nil {
			return fmt.Errorf("write the ledger: %w", err)
		}
		return nil
	})
}

// exportRows walks the ledger up to head for one export.
type exportRows struct {
	ctx   context.Context
	store Store
	head  egress.Head
}

func (x exportRows) each(row func(egress.Entry) error) error {
	for at := int64(0); at < x.head.Seq; {
		chunk, err := x.store.EntriesAfter(x.ctx, at, exportChunk)
		if err != nil {
			return err
		}
		if len(chunk) == 0 {
			return nil
		}
		for _, e := range chunk {
			if e.Seq > x.head.Seq {
				return nil
			}
			if err := row(e); err != nil {
				return err
			}
			at = e.Seq
		}
	}
	return nil
}

func (x exportRows) headText() string {
	if x.head.Seq == 0 {
		return ""
	}
	return x.head.String()
}

func (x exportRows) csv(w io.Writer, now time.Time) error {
	notes := append([]string{"Coffer's ledger of connections, " + now.Format(time.RFC3339)}, howToCheck...)
	for _, note := range append(notes, "head: "+x.headText()) {
		if _, err := fmt.Fprintf(w, "# %s\r\n", note); err != nil {
			return err
		}
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	header := []string{
		"seq", "started", "ended", "link", "purpose", "purpose_values", "method", "origin", "path", "status", "problem",
		"bytes_sent", "bytes_received", "tls", "previous", "hash", "sealed", "via",
	}
	if err := out.Write(header); err != nil {
		return err
	}
	err := x.each(func(e egress.Entry) error {
		cells := []string{
			strconv.FormatInt(e.Seq, 10), stamp(e.Started), stamp(e.Ended), e.Link, e.Purpose.ID, values(e.Purpose.Args), e.Method, e.Origin, e.Path,
			strconv.Itoa(e.Status), strconv.Itoa(e.Problem), strconv.FormatInt(e.Sent, 10), strconv.FormatInt(e.Received, 10), e.TLS,
			e.Previous, e.Hash, e.Sealed, e.Via,
		}
		for i, cell := range cells {
			cells[i] = inert(cell)
		}
		return out.Write(cells)
	})
	out.Flush()
	return errors.Join(err, out.Error())
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func values(args map[string]string) string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(args)) {
		all = append(all, name+"="+args[name])
	}
	return strings.Join(all, "; ")
}

// inert is a cell that no spreadsheet takes for a formula (OWASP, CSV injection).
func inert(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

func (x exportRows) json(w io.Writer, now time.Time) error {
	opening, err := json.Marshal(struct {
		Format     string    `json:"format"`
		Exported   time.Time `json:"exported"`
		HowToCheck []string  `json:"how_to_check"`
		Head       string    `json:"head"`
	}{"coffer-ledger-1", now, howToCheck, x.headText()})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "%s,\"entries\":[", opening[:len(opening)-1]); err != nil {
		return err
	}
	between := "\n"
	err = x.each(func(e egress.Entry) error {
		row, err := json.Marshal(e)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "%s%s", between, row)
		between = ",\n"
		return err
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, "\n]}\n")
	return err
}
