package usagetest

import (
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/flowlog"
)

// Layout says how the logs are written.
type Layout struct {
	Fields  []string
	Storage string // "text", "gzip", "cloudwatch", "parquet"
}

// Has reports whether the logs have a field.
func (l Layout) Has(field string) bool {
	for _, f := range l.Fields {
		if f == field {
			return true
		}
	}
	return false
}

// columns is a record as AWS writes it in Parquet.
type columns struct {
	InterfaceID   string `parquet:"interface_id,dict"`
	SrcAddr       string `parquet:"srcaddr,optional,dict"`
	DstAddr       string `parquet:"dstaddr,optional,dict"`
	SrcPort       int32  `parquet:"srcport"`
	DstPort       int32  `parquet:"dstport"`
	Protocol      int32  `parquet:"protocol"`
	Packets       int64  `parquet:"packets"`
	Bytes         int64  `parquet:"bytes"`
	Start         int64  `parquet:"start"`
	End           int64  `parquet:"end"`
	Action        string `parquet:"action,optional,dict"`
	LogStatus     string `parquet:"log_status,dict"`
	TCPFlags      int32  `parquet:"tcp_flags"`
	FlowDirection string `parquet:"flow_direction,optional,dict"`
}

func drawLayout(t *rapid.T) Layout {
	storages := []string{"text", "gzip", "cloudwatch", "parquet"}
	out := Layout{Fields: strings.Fields(flowlog.DefaultFormat), Storage: rapid.SampledFrom(storages).Draw(t, "storage")}
	more := rapid.IntRange(0, 2).Draw(t, "more fields")
	if out.Storage == "parquet" {
		more = 2
	}
	if out.Storage == "cloudwatch" || more == 0 {
		return out
	}
	out.Fields = append(out.Fields, "tcp-flags")
	if more == 2 {
		out.Fields = append(out.Fields, "flow-direction")
	}
	if out.Storage != "parquet" {
		out.Fields = rapid.Permutation(out.Fields).Draw(t, "order")
	}
	return out
}

// Write writes the logs into a folder, a file for each hour and interface.
func (w *World) Write(dir string) error {
	files := map[string][]record{}
	for _, r := range w.records {
		if !r.missing {
			name := fmt.Sprintf("%s-%d", r.iface.id, (r.start-begin)/3600)
			files[name] = append(files[name], r)
		}
	}
	for name, records := range files {
		if err := w.write(filepath.Join(dir, name), records); err != nil {
			return err
		}
	}
	return nil
}

func (w *World) write(name string, records []record) error {
	if w.Layout.Storage == "parquet" {
		var rows []columns
		for _, r := range records {
			rows = append(rows, r.columns())
		}
		return parquet.WriteFile(name, rows, parquet.Compression(&parquet.Gzip))
	}
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	var b strings.Builder
	if w.Layout.Storage != "cloudwatch" {
		b.WriteString(strings.Join(w.Layout.Fields, " ") + "\n")
	}
	for _, r := range records {
		if w.Layout.Storage == "cloudwatch" {
			b.WriteString("2027-01-15T08:00:00.000Z ")
		}
		values := r.values()
		for i, f := range w.Layout.Fields {
			if i > 0 {
				b.WriteString(" ")
			}
			b.WriteString(values[f])
		}
		b.WriteString("\n")
	}
	if w.Layout.Storage == "gzip" {
		zip := gzip.NewWriter(file)
		if _, err := zip.Write([]byte(b.String())); err != nil {
			return err
		}
		if err := zip.Close(); err != nil {
			return err
		}
		return file.Close()
	}
	if _, err := file.WriteString(b.String()); err != nil {
		return err
	}
	return file.Close()
}

// values returns the texts of a record's fields.
func (r record) values() map[string]string {
	out := map[string]string{}
	for f := range strings.FieldsSeq(flowlog.DefaultFormat + " tcp-flags flow-direction") {
		out[f] = "-"
	}
	out["version"], out["account-id"] = "2", "111122223333"
	out["interface-id"], out["log-status"] = r.iface.id, r.status
	out["start"], out["end"] = fmt.Sprint(r.start), fmt.Sprint(r.end)
	if r.status != "OK" {
		return out
	}
	c := r.columns()
	out["srcaddr"], out["dstaddr"], out["action"], out["flow-direction"] = c.SrcAddr, c.DstAddr, c.Action, c.FlowDirection
	for f, n := range map[string]int64{
		"srcport": int64(c.SrcPort), "dstport": int64(c.DstPort), "protocol": int64(c.Protocol), "tcp-flags": int64(c.TCPFlags),
		"packets": c.Packets, "bytes": c.Bytes,
	} {
		out[f] = fmt.Sprint(n)
	}
	return out
}

// columns returns a record as it is in Parquet, where numbers of idle interfaces are 0.
func (r record) columns() columns {
	out := columns{InterfaceID: r.iface.id, Start: r.start, End: r.end, LogStatus: r.status}
	if r.status != "OK" {
		return out
	}
	out.SrcAddr, out.DstAddr = r.source.String(), r.target.String()
	out.SrcPort, out.DstPort, out.Protocol, out.TCPFlags = int32(r.sourcePort), int32(r.targetPort), int32(r.protocol), int32(r.flags)
	out.Packets, out.Bytes, out.Action, out.FlowDirection = r.packets, r.bytes, "ACCEPT", "ingress"
	if r.reject {
		out.Action = "REJECT"
	}
	if r.egress {
		out.FlowDirection = "egress"
	}
	return out
}
