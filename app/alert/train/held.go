package main

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"strings"
)

// held writes the rows of a file whose customers are not fitted on, as they stand.
func held(path string, to io.Writer) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open the rows: %w", err)
	}
	defer file.Close()
	var in io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(file); err != nil {
			return fmt.Errorf("unpack the rows: %w", err)
		}
	}
	lines, out := bufio.NewScanner(in), bufio.NewWriter(to)
	for first := true; lines.Scan(); first = false {
		line := lines.Text()
		if fields := strings.SplitN(line, ",", 3); first || len(fields) == 3 && !(customer{id: fields[1]}).fitted() {
			fmt.Fprintln(out, line)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read the rows: %w", err)
	}
	return out.Flush()
}
