package cfn

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/tierwall/tierwall/internal/diag"
)

// parse parses the text of a template: JSON if it starts like a JSON object, otherwise YAML.
func parse(data []byte) (root *node, remarks []remark, err error) {
	root, remarks, err = parseAny(data)
	if err == nil && root.field(templateBody) != nil && root.field("Resources") == nil {
		root, remarks, err = unwrapped(root, remarks)
	}
	if err != nil {
		return nil, nil, err
	}
	if root.kind != objectNode {
		return nil, nil, &syntaxError{
			int(root.line), fmt.Sprintf("this is not a CloudFormation template: it must be an object with Resources, got %v", root.kind),
		}
	}
	return root, remarks, nil
}

// templateBody is the field of the output of "aws cloudformation get-template" that holds the template.
const templateBody = "TemplateBody"

// unwrapped returns the template in the output of "aws cloudformation get-template": an object, or a text, whose lines are its own.
func unwrapped(root *node, remarks []remark) (*node, []remark, error) {
	body := *root.field(templateBody)
	body.key = ""
	if body.kind == textNode {
		return parseAny([]byte(body.text))
	}
	return &body, remarks, nil
}

// parseAny parses a text in JSON or YAML. The top-level value may be a list.
func parseAny(data []byte) (root *node, remarks []remark, err error) {
	if len(data) > maxFileSize {
		return nil, nil, fmt.Errorf("the file is larger than %d MB, the limit for a template", maxFileSize>>20)
	}
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	start := bytes.TrimLeft(data, " \t\r\n")
	if len(start) > 0 && start[0] == '{' {
		return parseJSON(data)
	}
	if len(start) > 0 && start[0] == '[' {
		if root, remarks, err := parseJSON(data); err == nil {
			return root, remarks, nil // JSON with tabs is not valid YAML.
		}
	}
	return parseYAML(data)
}

// parsing is the outcome of parsing a file as a template.
type parsing struct {
	root    *node
	remarks []remark
	err     error
}

func parsingOf(data []byte) (p parsing) {
	p.root, p.remarks, p.err = parse(data)
	return p
}

// keep records what parsing a file came to. It returns nil if there is a problem.
func (l *loader) keep(file string, p parsing) *node {
	l.parsed[file] = nil
	if err := p.err; err != nil {
		line := 0
		if mistake := (*syntaxError)(nil); errors.As(err, &mistake) {
			line, err = mistake.line, errors.New(mistake.message)
		}
		l.fail(file, line, "%v", err)
		return nil
	}
	l.warnRemarks(l.source(file), p.remarks)
	l.parsed[file] = p.root
	return p.root
}

// warnRemarks reports the remarks about a file as warnings.
func (l *loader) warnRemarks(file string, remarks []remark) {
	for _, remark := range remarks {
		l.resolver.warn(diag.Diagnostic{
			Rule: "duplicate-name", Subject: fmt.Sprintf("%s:%d", file, remark.line), Summary: remark.message,
			At: []diag.Position{{File: file, Line: remark.line}},
		})
	}
}
