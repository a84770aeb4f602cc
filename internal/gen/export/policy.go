package export

// policies sets the built-in policies. The calls of those that the user wrote say themselves that a file cannot say them.
func (e *exporter) policies() {
	for _, p := range e.Policies {
		if !p.Own {
			e.doc.Policies = append(e.doc.Policies, p.Name)
		}
	}
}
