//! Coverage as one page of HTML that needs nothing else: no network, no framework.

use serde_json::json;

use super::coverage::Coverage;
use super::document::Document;

const TEMPLATE: &str = include_str!("page.html");

/// Evidence of a proposal is shown up to here: a page must open quickly.
const SHOWN: usize = 8;

/// Where the template takes the data.
const SLOT: &str = "/*data*/null";

/// The page for a coverage, with the proposals of a document.
pub fn page(title: &str, coverage: &Coverage, document: &Document) -> String {
    let proposals: Vec<_> = document
        .proposals
        .iter()
        .map(|proposal| {
            json!({
                "path": proposal.path,
                "line": proposal.line,
                "transform": proposal.transform,
                "confidence": proposal.confidence,
                "title": proposal.title,
                "reason": proposal.reason,
                "seen": proposal.evidence.len(),
                "evidence": proposal.evidence.iter().take(SHOWN).collect::<Vec<_>>(),
            })
        })
        .collect();
    let data = json!({
        "title": title,
        "tool": document.tool,
        "coverage": coverage.to_json(),
        "proposals": proposals,
    });
    // Nothing in a string may end the element around it.
    let data = data.to_string().replace('<', "\\u003c");
    TEMPLATE.replacen(SLOT, &data, 1)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_template_has_its_slot_and_loads_nothing() {
        assert_eq!(super::TEMPLATE.matches(super::SLOT).count(), 1);
        let without_namespaces = super::TEMPLATE.replace("http://www.w3.org/", "");
        for outside in ["http:", "https:", "src=", "@import", "url("] {
            assert!(!without_namespaces.contains(outside), "{outside}");
        }
    }
}
