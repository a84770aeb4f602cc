package webacl

// Problem is something that AWS refuses, or that does not do what it looks like.
type Problem struct {
	Kind    string // names the kind of problem: "priority-twice"
	Where   string // the way to it: `rule "Geo": Statement.AndStatement.Statements[1]`; empty for the whole
	Summary string
	Detail  string // got and allowed
	Fix     string
	// Warning says that AWS takes it.
	Warning bool
	// Unknown says that it is no mistake: a value that only a deployment knows keeps something from being read.
	Unknown bool
}
