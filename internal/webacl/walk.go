package webacl

// Walk visits a statement and all statements in it.
func Walk(s *Statement, visit func(*Statement)) {
	if s == nil {
		return
	}
	visit(s)
	for _, list := range []*Nested{s.AndStatement, s.OrStatement} {
		if list != nil {
			for i := range list.Statements {
				Walk(&list.Statements[i], visit)
			}
		}
	}
	if s.NotStatement != nil {
		Walk(s.NotStatement.Statement, visit)
	}
	if s.RateBasedStatement != nil {
		Walk(s.RateBasedStatement.ScopeDownStatement, visit)
	}
	if s.ManagedRuleGroupStatement != nil {
		Walk(s.ManagedRuleGroupStatement.ScopeDownStatement, visit)
	}
}
