package template

// TLSInspection is a TLS inspection configuration.
type TLSInspection struct {
	Path               string // of its construct under the network, or with a slash before it, in the stack
	Name               string // empty makes one from the stack's name and the path
	Description        string // may be empty
	ServerCertificates []any  // ARNs, or expressions for them
	// CertificateAuthority is the ARN of the certificate that signs the certificates for clients, or an expression for it; nil is none.
	CertificateAuthority any
	RejectRevoked        bool
	Scopes               []TLSScope
}

// TLSScope is a set of TCP connections to decrypt. An empty list matches everything.
type TLSScope struct {
	Sources, Destinations         []string // blocks in CIDR notation
	SourcePorts, DestinationPorts [][2]int // ranges: first and last
}

// tlsInspection makes a configuration and returns its ARN.
func (r *renderer) tlsInspection(t TLSInspection) any {
	config := object{}
	var certificates, scopes []any
	for _, arn := range givenAll(t.ServerCertificates) {
		certificates = append(certificates, object{"ResourceArn": arn})
	}
	for _, s := range t.Scopes {
		scopes = append(scopes, s.properties())
	}
	config["Scopes"] = scopes
	if len(certificates) > 0 {
		config["ServerCertificates"] = certificates
	}
	if t.CertificateAuthority != nil {
		config["CertificateAuthorityArn"] = given(t.CertificateAuthority, "")
	}
	if t.RejectRevoked {
		config["CheckCertificateRevocationStatus"] = object{"RevokedStatusAction": "REJECT", "UnknownStatusAction": "PASS"}
	}
	properties := object{
		"TLSInspectionConfigurationName": r.name(t.Path, t.Name),
		"TLSInspectionConfiguration":     object{"ServerCertificateConfigurations": []any{config}},
	}
	if t.Description != "" {
		properties["Description"] = t.Description
	}
	r.put(t.Path+"/Resource", "NetworkFirewall::TLSInspectionConfiguration", properties)
	return r.attribute(t.Path+"/Resource", "TLSInspectionConfigurationArn")
}

func (s TLSScope) properties() object {
	out := object{"Protocols": []any{6}} // TCP
	for name, blocks := range map[string][]string{"Sources": s.Sources, "Destinations": s.Destinations} {
		var list []any
		for _, block := range blocks {
			list = append(list, object{"AddressDefinition": block})
		}
		if len(list) > 0 {
			out[name] = list
		}
	}
	for name, ranges := range map[string][][2]int{"SourcePorts": s.SourcePorts, "DestinationPorts": s.DestinationPorts} {
		var list []any
		for _, p := range ranges {
			list = append(list, object{"FromPort": p[0], "ToPort": p[1]})
		}
		if len(list) > 0 {
			out[name] = list
		}
	}
	return out
}
