package athena

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// Options says where the logs are and what the queries ask.
type Options struct {
	// Database and Table are their names in the Glue catalog: lower-case letters, digits and underscores.
	Database, Table string
	// Location is the S3 folder that holds the folders "year=2026": "s3://BUCKET/PREFIX/AWSLogs/aws-account-id=ACCOUNT/
	// aws-service=vpcflowlogs/aws-region=REGION/" in a flow log with Hive-compatible partitions. Parts of it may be CDK tokens.
	Location string
	// Fields are those of the flow log, in its order. Nil is AWS's default format.
	Fields []string
	// Parquet says that the files are Parquet, else they are text.
	Parquet bool
	// PerHour says that the log has a folder for each hour: "hour=08".
	PerHour bool
	// Since and Until are the first and the last day of the logs to read, in UTC. Zero is no limit; then Athena looks for folders of all
	// years of the table.
	Since, Until time.Time
	// Days is the number of days to read, up to the day on which a query runs; it replaces Since and Until. Zero is no limit.
	Days int
}

// MaxDays is the largest number of days: 10 years.
const MaxDays = 3650

// needed are the fields that the queries cannot do without: those of AWS's default format but for version and account.
var needed = strings.Fields("interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status")

var (
	nameForm     = lazyregexp.New(`^[a-z_][a-z0-9_]{0,127}$`)
	fieldForm    = lazyregexp.New(`^[a-z][a-z0-9-]{0,63}$`)
	token        = lazyregexp.New(`[$#]\{Token\[[^\]]*\]\}`)
	locationForm = lazyregexp.New(`^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/([A-Za-z0-9!_.*()=+@,:-]+/)*$`)
)

// check returns what is wrong with the options.
func (o Options) check() error {
	for _, name := range []struct{ what, text string }{{"database", o.Database}, {"table", o.Table}} {
		if !nameForm.MatchString(name.text) {
			return fmt.Errorf("the name of the %s: got %q; allowed are up to 128 lower-case letters, digits and underscores, not a digit first",
				name.what, name.text)
		}
	}
	if !locationForm.MatchString(token.ReplaceAllString(o.Location, "token")) {
		return fmt.Errorf("the folder of the logs: got %q; allowed is \"s3://BUCKET/FOLDER/\" with a slash at the end, a bucket of 3 to 63 "+
			"characters, and in folders letters, digits and the characters !_.*()=+@,:-", o.Location)
	}
	if !o.Since.IsZero() && !o.Until.IsZero() && o.Until.Before(o.Since) {
		return fmt.Errorf("the period ends on %s, before it begins on %s", day(o.Until), day(o.Since))
	}
	if o.Days != 0 && !(o.Since.IsZero() && o.Until.IsZero()) {
		return errors.New("the period has both a number of days, and a first or a last day; leave one of them out")
	}
	if o.Days < 0 || o.Days > MaxDays {
		return fmt.Errorf("the number of days to read: got %d; allowed are 1 to %d, and 0 for no limit", o.Days, MaxDays)
	}
	return o.checkFields()
}

func (o Options) checkFields() error {
	seen := map[string]bool{}
	for _, name := range o.Fields {
		switch {
		case !fieldForm.MatchString(name):
			return fmt.Errorf("%q is not the name of a field; write names as in %q", name, "srcaddr dstaddr")
		case seen[name]:
			return fmt.Errorf("the format names the field %s twice", name)
		case isPartition(name):
			return fmt.Errorf("the field %s has the name of a folder of the logs", name)
		}
		seen[name] = true
	}
	var missing []string
	for _, name := range needed {
		if !seen[name] {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("the log has no %s; the queries need all of %s", strings.Join(missing, ", "), strings.Join(needed, " "))
	}
	return nil
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
