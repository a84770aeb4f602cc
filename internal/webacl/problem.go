package webacl

// Problem is something that AWS rejects, or that does not do what it seems to do.
type Problem struct {
	Kind    string // names the kind of problem: "priority-twice"
	Where   string // its path: `rule "Geo": Statement.AndStatement.Statements[1]`; empty for the whole
	Summary string
	Detail  string // got and allowed
	Fix     string
	// Warning says that AWS accepts it.
	Warning bool
	// Unknown says that it is not a mistake: something cannot be read because a value is known only at deployment.
	Unknown bool
}
