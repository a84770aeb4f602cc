package reach

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
)

// port reads a port, which may be an attribute of a database. For an instance that states no port, the port that RDS chooses is
// documented. A database that is restored or copied keeps the port of its source.
func port(v cfn.Value) (int, bool) {
	if v.Kind != cfn.Reference || v.Text != "Endpoint.Port" || rewritten(v.Resource) != "" {
		return v.Int()
	}
	switch r := v.Resource; {
	case r.Type != "AWS::RDS::DBInstance" && r.Type != "AWS::RDS::DBCluster":
		return 0, false
	case !r.Get("Port").IsMissing():
		return r.Get("Port").Int()
	case r.Type == "AWS::RDS::DBCluster" || isCopy(r):
		return 0, false
	default:
		return enginePort(r)
	}
}

// isCopy reports whether a database may be made from another one or belong to a cluster.
func isCopy(r *cfn.Resource) bool {
	return slices.ContainsFunc([]string{
		"DBClusterIdentifier", "DBClusterSnapshotIdentifier", "DBSnapshotIdentifier", "SourceDBClusterIdentifier",
		"SourceDBInstanceAutomatedBackupsArn", "SourceDBInstanceIdentifier", "SourceDbiResourceId",
	}, func(property string) bool { return !r.Get(property).IsMissing() })
}

// enginePort returns the port that the engine of a database uses if no port is stated (AWS::RDS::DBInstance, Port).
func enginePort(r *cfn.Resource) (int, bool) {
	engine, ok := r.Get("Engine").Literal()
	engine, _, _ = strings.Cut(strings.TrimPrefix(engine, "custom-"), "-")
	number := map[string]int{"db2": 50000, "mariadb": 3306, "mysql": 3306, "oracle": 1521, "postgres": 5432, "sqlserver": 1433}[engine]
	return number, ok && number > 0
}
