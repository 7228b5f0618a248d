//! Checks JSON against the part of JSON Schema that our schemas use; an unknown keyword is an error.

use serde_json::Value;

/// Where `value` is not what `schema` says, a line each.
pub fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    check(schema, schema, value, "$", &mut faults);
    faults
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    let mut fault = |what: String| faults.push(format!("{at}: {what}"));
    for (keyword, rule) in schema.as_object().expect("a schema is an object") {
        match keyword.as_str() {
            "const" if value != rule => fault(format!("{value} is not {rule}")),
            "enum" if !rule.as_array().expect("a list").contains(value) => fault(format!("{value} is none of {rule}")),
            "minimum" if value.is_i64() && value.as_i64() < rule.as_i64() => {
                fault(format!("{value} is less than {rule}"));
            }
            "pattern" => {
                assert_eq!(rule, "^[0-9a-f]{16}$", "the only pattern that is known here");
                let text = value.as_str().unwrap_or_default();
                if text.len() != 16 || !text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
                    fault(format!("{value} is not of the form {rule}"));
                }
            }
            "type" => {
                let allowed = rule.as_array().cloned().unwrap_or_else(|| vec![rule.clone()]);
                if !allowed.iter().any(|name| name == kind(value)) {
                    fault(format!("{value} is not of type {rule}"));
                }
            }
            "required" => {
                for name in rule.as_array().expect("a list").iter().filter_map(Value::as_str) {
                    if value.get(name).is_none() {
                        fault(format!("`{name}` is missing"));
                    }
                }
            }
            "additionalProperties" => {
                assert_eq!(rule, false);
                for name in value.as_object().into_iter().flat_map(serde_json::Map::keys) {
                    if schema["properties"].get(name).is_none() {
                        fault(format!("`{name}` is not described"));
                    }
                }
            }
            "minItems" => {
                if value.as_array().is_some_and(|items| items.len() < rule.as_u64().unwrap_or_default() as usize) {
                    fault(format!("it has fewer than {rule} items"));
                }
            }
            "uniqueItems" => {
                let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
                if items.iter().enumerate().any(|(number, item)| items[..number].contains(item)) {
                    fault("an item is there twice".to_owned());
                }
            }
            // What holds, and what says nothing about this value alone.
            "const" | "enum" | "minimum" | "$schema" | "title" | "description" | "properties" | "$defs" | "items"
            | "$ref" => {}
            other => panic!("the keyword `{other}` is not known here"),
        }
    }
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        let target = root.pointer(name.trim_start_matches('#')).expect("the definition is there");
        check(root, target, value, at, faults);
    }
    for (name, inner) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        if let Some(value) = value.get(name) {
            check(root, inner, value, &format!("{at}.{name}"), faults);
        }
    }
    if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
        for (number, value) in values.iter().enumerate() {
            check(root, items, value, &format!("{at}[{number}]"), faults);
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
