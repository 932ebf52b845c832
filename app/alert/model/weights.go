package model

import (
	"bufio"
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
)

//go:embed weights.txt
var shipped []byte

var own = sync.OnceValues(func() (*Weights, error) { return ParseWeights(shipped) })

// Shipped returns the weights that this version holds.
func Shipped() (*Weights, error) { return own() }

// weightsFormat is the first word of the first line that is no comment.
const weightsFormat = "coffer-alert-weights-1"

// idle is a node that asks nothing: all go to the left.
var idle = Node{At: math.MaxInt16}

const idleText = "-"

// AppendText appends the weights as text, which ParseWeights reads.
func (w *Weights) AppendText(b []byte) ([]byte, error) {
	for _, line := range w.About {
		b = append(b, "# "+line+"\n"...)
	}
	b = fmt.Appendf(b, "%s\ngate %d %d %d %d\n", weightsFormat, w.Gate.Base, w.Gate.Warm, w.Gate.WarmTop, w.Gate.Closed)
	for i, f := range w.Stages {
		if i >= CaseOfKind && w.Case == [2]int32{} {
			break
		}
		if i == CaseOfKind {
			b = fmt.Appendf(b, "case %d %d\n", w.Case[0], w.Case[1])
		}
		b = f.appendText(b, i+1)
	}
	return b, nil
}

func (f *Forest) appendText(b []byte, stage int) []byte {
	inner := 1<<f.Depth - 1
	b = fmt.Appendf(b, "stage %d depth %d bias %d\n", stage, f.Depth, f.Bias)
	for t := 0; (t+1)*inner <= len(f.Nodes); t++ {
		for i, n := range f.Nodes[t*inner : (t+1)*inner] {
			if i > 0 {
				b = append(b, ' ')
			}
			if n == idle {
				b = append(b, idleText...)
				continue
			}
			b = fmt.Appendf(b, "%s>%d", Features[n.Feature].Name, n.At)
		}
		b = append(b, " :"...)
		for _, s := range f.Sums[t*(2*inner+1) : (t+1)*(2*inner+1)] {
			b = fmt.Appendf(b, " %d", s)
		}
		b = append(b, '\n')
	}
	return b
}

var errWeights = errors.New("no weights of this version")

// ParseWeights reads what AppendText wrote.
func ParseWeights(text []byte) (*Weights, error) {
	w, names, stage := &Weights{}, featureNames(), 0
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		var err error
		switch {
		case strings.HasPrefix(line, "#"):
			w.About = append(w.About, strings.TrimPrefix(strings.TrimPrefix(line, "#"), " "))
		case line == weightsFormat || line == "":
		case strings.HasPrefix(line, "gate "):
			g := &w.Gate
			_, err = fmt.Sscanf(line, "gate %d %d %d %d", &g.Base, &g.Warm, &g.WarmTop, &g.Closed)
		case strings.HasPrefix(line, "case "):
			c := &w.Case
			if _, err = fmt.Sscanf(line, "case %d %d", &c[0], &c[1]); err == nil && (min(c[0], c[1]) < 0 || max(c[0], c[1]) > point) {
				err = errWeights
			}
		case strings.HasPrefix(line, "stage "):
			var depth int
			var bias int32
			if _, err = fmt.Sscanf(line, "stage %d depth %d bias %d", &stage, &depth, &bias); err == nil && (stage < 1 || stage > StageCount || depth < 1 || depth > 8) {
				err = errWeights
			} else if err == nil {
				w.Stages[stage-1] = Forest{Depth: depth, Bias: bias}
			}
		case stage > 0:
			err = w.Stages[stage-1].parseTree(line, names)
		default:
			err = errWeights
		}
		if err != nil {
			return nil, fmt.Errorf("line %d of the weights: %w", n, err)
		}
	}
	return w, lines.Err()
}

func featureNames() map[string]uint8 {
	names := make(map[string]uint8, featureCount)
	for i, f := range Features {
		names[f.Name] = uint8(i)
	}
	return names
}

func (f *Forest) parseTree(line string, names map[string]uint8) error {
	questions, worth, _ := strings.Cut(line, " :")
	before := len(f.Nodes)
	for _, q := range strings.Fields(questions) {
		if q == idleText {
			f.Nodes = append(f.Nodes, idle)
			continue
		}
		name, at, _ := strings.Cut(q, ">")
		feature, known := names[name]
		n, err := strconv.ParseInt(at, 10, 16)
		if err != nil || !known {
			return fmt.Errorf("question %q: %w", q, errWeights)
		}
		f.Nodes = append(f.Nodes, Node{feature, int16(n)})
	}
	values := strings.Fields(worth)
	if inner := 1<<f.Depth - 1; len(f.Nodes)-before != inner || len(values) != 2*inner+1 {
		return errWeights
	}
	for _, v := range values {
		n, err := strconv.ParseInt(v, 10, 32)
		if err != nil {
			return fmt.Errorf("value %q: %w", v, errWeights)
		}
		f.Sums = append(f.Sums, int32(n))
	}
	return nil
}
