//! Proposals and findings as SARIF 2.1.0, which code hosts and editors show beside the code.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::document::{Document, EditRecord, ProposalRecord};
use crate::infer::FindingKind;
use crate::proposal::Transform;

/// The document as SARIF. `catalogue` describes the transforms.
pub fn sarif(document: &Document, catalogue: &[&dyn Transform]) -> String {
    let transforms = catalogue.iter().map(|transform| {
        json!({
            "id": transform.name(),
            "shortDescription": { "text": transform.summary() },
            "help": { "text": transform.page(), "markdown": transform.page() },
            "defaultConfiguration": { "level": "note" },
        })
    });
    let mistakes = FindingKind::ALL.iter().map(|kind| {
        json!({
            "id": kind.name(),
            "shortDescription": { "text": kind.summary() },
            "defaultConfiguration": { "level": "warning" },
        })
    });
    let rules: Vec<Value> = transforms.chain(mistakes).collect();
    let findings = document.findings.iter().map(|finding| {
        json!({
            "ruleId": finding.kind,
            "level": "warning",
            "message": { "text": finding.message },
            "locations": [location(&finding.path, finding.line)],
        })
    });
    let results: Vec<Value> = document.proposals.iter().map(proposal).chain(findings).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "hintwright",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn proposal(proposal: &ProposalRecord) -> Value {
    let mut by_file: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for edit in &proposal.edits {
        by_file.entry(&edit.path).or_default().push(replacement(edit));
    }
    let changes: Vec<Value> = by_file
        .into_iter()
        .map(|(path, replacements)| json!({ "artifactLocation": { "uri": uri(path) }, "replacements": replacements }))
        .collect();
    // The format asks for different ones, and two calls may stand in one line.
    let mut known: BTreeSet<(&str, u32, String)> = BTreeSet::new();
    let mut related: Vec<Value> = Vec::new();
    for seen in &proposal.evidence {
        let ty = seen.ty.as_ref().map_or_else(String::new, |ty| format!(": {ty}"));
        let message = format!("{}{ty}", seen.kind);
        let mut location = location(&seen.path, seen.line);
        location["message"] = json!({ "text": message });
        if known.insert((&seen.path, seen.line, message)) {
            related.push(location);
        }
    }
    let mut result = json!({
        "ruleId": proposal.transform,
        "level": "note",
        "message": { "text": format!("{}. {}", proposal.title, proposal.reason) },
        "locations": [location(&proposal.path, proposal.line)],
        "relatedLocations": related,
        "partialFingerprints": { "proposal/v1": proposal.id },
        "properties": {
            "confidence": proposal.confidence,
            "applicability": proposal.applicability,
            "round": proposal.round,
            "requires": proposal.requires,
        },
    });
    // A fix without changes is not valid, and what follows from others cannot come alone.
    if !changes.is_empty() && proposal.round == 0 {
        result["fixes"] = json!([{ "description": { "text": proposal.title }, "artifactChanges": changes }]);
    }
    result
}

fn location(path: &str, line: u32) -> Value {
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(path) },
        "region": { "startLine": line.max(1) },
    } })
}

fn replacement(edit: &EditRecord) -> Value {
    json!({
        "deletedRegion": {
            "startLine": edit.start.line,
            "startColumn": edit.start.column,
            "endLine": edit.end.line,
            "endColumn": edit.end.column,
        },
        "insertedContent": { "text": edit.text },
    })
}

/// A path as the relative reference of a URI.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    #[test]
    fn paths_are_references() {
        assert_eq!(super::uri("a b/é#1.py"), "a%20b/%C3%A9%231.py");
    }
}
