//! The description of the API as people read it: what the OpenAPI document says of each operation, from the same document.

use std::collections::BTreeMap;

use serde_json::Map;
use serde_json::Value;

use crate::http::pages::ApiAnswer;
use crate::http::pages::ApiField;
use crate::http::pages::ApiOperation;

/// The operations of each tag, in the order of their paths.
pub fn of(document: &Value) -> BTreeMap<String, Vec<ApiOperation>> {
    let outline = Outline { document };
    let mut tags: BTreeMap<String, Vec<ApiOperation>> = BTreeMap::new();
    for (path, methods) in members(document.get("paths")) {
        for (method, operation) in members(Some(methods)) {
            let tag = operation.pointer("/tags/0").and_then(Value::as_str).unwrap_or("api");
            tags.entry(tag.to_owned()).or_default().push(outline.operation(method, path, operation));
        }
    }
    tags
}

/// Answers with the same members are told once.
fn merged(answers: impl Iterator<Item = ApiAnswer>) -> Vec<ApiAnswer> {
    let mut all: Vec<ApiAnswer> = Vec::new();
    for answer in answers {
        match all.last_mut().filter(|last| !last.fields.is_empty() && last.fields == answer.fields) {
            Some(last) => {
                last.status.extend([", ", &answer.status]);
                last.what.extend([", ", &answer.what]);
            }
            None => all.push(answer),
        }
    }
    all
}

struct Outline<'a> {
    document: &'a Value,
}

/// So many steps into members of members.
const DEPTH: usize = 2;

impl<'a> Outline<'a> {
    fn operation(&self, method: &str, path: &str, operation: &'a Value) -> ApiOperation {
        let sent = operation.pointer("/requestBody/content").and_then(Value::as_object);
        let (media, sent) = sent.and_then(|content| content.iter().next()).unzip();
        let sent = sent.and_then(|content| content.get("schema"));
        let scopes = items(operation.pointer("/security/0/office")).filter_map(Value::as_str);
        let answers = members(operation.get("responses"));
        let (problems, answers): (Vec<_>, Vec<_>) = answers.partition(|(_, answer)| is_problem(answer));
        let mut found = ApiOperation {
            id: text(operation, "operationId"),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: text(operation, "summary"),
            description: text(operation, "description"),
            scopes: scopes.collect::<Vec<_>>().join(", "),
            parameters: items(operation.get("parameters")).map(|one| self.parameter(one)).collect(),
            body: sent.map(|schema| self.fields(schema, "", DEPTH)).unwrap_or_default(),
            answers: merged(answers.into_iter().map(|(status, answer)| self.answer(status, answer))),
            problems: problems.into_iter().map(|(status, _)| status.as_str()).collect::<Vec<_>>().join(", "),
            example: String::new(),
        };
        let body = sent.zip(media).map(|(schema, media)| (media.as_str(), self.sample(schema, DEPTH)));
        found.example = self.example(&found, operation, body);
        found
    }

    fn parameter(&self, parameter: &'a Value) -> ApiField {
        let schema = parameter.get("schema").unwrap_or(&Value::Null);
        ApiField {
            name: text(parameter, "name"),
            place: text(parameter, "in"),
            kind: self.kind(schema),
            is_required: parameter.get("required") == Some(&Value::Bool(true)),
            what: text(parameter, "description"),
        }
    }

    fn answer(&self, status: &str, answer: &'a Value) -> ApiAnswer {
        let content = answer.get("content").and_then(Value::as_object);
        let schema = content.and_then(|content| content.values().next()).and_then(|content| content.get("schema"));
        let fields = schema.map(|schema| self.fields(schema, "", DEPTH)).unwrap_or_default();
        ApiAnswer { status: status.to_owned(), what: text(answer, "description"), fields }
    }

    /// The schema itself, where it stands elsewhere.
    fn resolved(&self, schema: &'a Value) -> &'a Value {
        let named = schema.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix('#'));
        named.and_then(|pointer| self.document.pointer(pointer)).unwrap_or(schema)
    }

    /// Of what may be null, what it is else; of all others, themselves.
    fn there(&self, schema: &'a Value) -> &'a Value {
        let choices = items(schema.get("oneOf")).chain(items(schema.get("anyOf")));
        let mut known = choices.filter(|one| one.get("type").and_then(Value::as_str) != Some("null"));
        self.resolved(known.next().unwrap_or(schema))
    }

    /// The members of an object, or of what a list has, with their own members.
    fn fields(&self, schema: &'a Value, before: &str, depth: usize) -> Vec<ApiField> {
        let schema = self.there(schema);
        if let Some(items) = schema.get("items") {
            return self.fields(items, before, depth);
        }
        let parts = items(schema.get("allOf")).flat_map(|part| self.fields(part, before, depth));
        let mut fields: Vec<ApiField> = parts.collect();
        let required: Vec<&Value> = items(schema.get("required")).collect();
        for (name, member) in members(schema.get("properties")) {
            let name_before = format!("{before}{name}");
            fields.push(ApiField {
                name: name_before.clone(),
                place: String::new(),
                kind: self.kind(member),
                is_required: required.iter().any(|one| one.as_str() == Some(name)),
                what: text(member, "description"),
            });
            if let Some(deeper) = depth.checked_sub(1) {
                fields.extend(self.fields(member, &format!("{name_before}."), deeper));
            }
        }
        fields
    }

    fn kind(&self, schema: &'a Value) -> String {
        let schema = self.there(schema);
        let choices: Vec<&str> = items(schema.get("enum")).filter_map(Value::as_str).collect();
        if !choices.is_empty() {
            return choices.join(" | ");
        }
        let types = match schema.get("type") {
            Some(Value::String(one)) => vec![one.as_str()],
            other => items(other).filter_map(Value::as_str).filter(|one| *one != "null").collect(),
        };
        let format = schema.get("format").and_then(Value::as_str).map(|format| format!(" ({format})"));
        match (types.as_slice(), schema.get("items")) {
            (["array"], Some(items)) => format!("list of {}", self.kind(items)),
            ([], _) => "object".to_owned(),
            (types, _) => types.join(" or ") + &format.unwrap_or_default(),
        }
    }

    /// What could be sent: every member that must be there.
    fn sample(&self, schema: &'a Value, depth: usize) -> Value {
        let schema = self.there(schema);
        if let Some(example) = schema.get("example") {
            return example.clone();
        }
        if let Some(choice) = schema.pointer("/enum/0") {
            return choice.clone();
        }
        let mut object = Map::new();
        for part in items(schema.get("allOf")) {
            if let Value::Object(members) = self.sample(part, depth) {
                object.extend(members);
            }
        }
        let properties = schema.get("properties");
        for name in items(schema.get("required")).filter_map(Value::as_str) {
            if let (Some(member), Some(deeper)) = (properties.and_then(|all| all.get(name)), depth.checked_sub(1)) {
                object.insert(name.to_owned(), self.sample(member, deeper));
            }
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("string") => "…".into(),
            Some("integer" | "number") => 1.into(),
            Some("boolean") => true.into(),
            Some("array") => Value::Array(Vec::new()),
            _ => Value::Object(object),
        }
    }

    fn example(&self, of: &ApiOperation, operation: &Value, body: Option<(&str, Value)>) -> String {
        let issuer = self.document.pointer("/servers/0/url").and_then(Value::as_str).unwrap_or_default();
        let path: String = of.path.split_inclusive(['{', '}']).map(placeholder).collect();
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for one in items(operation.get("parameters")).filter(|one| text(one, "in") == "query") {
            if one.get("required") == Some(&Value::Bool(true)) {
                let known = one.get("example").or_else(|| one.pointer("/schema/example")).and_then(Value::as_str);
                query.append_pair(&text(one, "name"), known.unwrap_or("…"));
            }
        }
        let query = query.finish();
        let query = if query.is_empty() { query } else { format!("?{query}") };
        let mut lines =
            vec![format!("curl \"{issuer}{path}{query}\""), "-H \"Authorization: Bearer $MOTCUA_TOKEN\"".into()];
        if of.method != "GET" {
            lines.push(format!("-X {}", of.method));
        }
        if of.parameters.iter().any(|one| one.name == "If-Match") {
            lines.push("-H 'If-Match: \"3\"'".to_owned());
        }
        if let Some((media, body)) = body {
            lines.push(format!("-H \"Content-Type: {media}\""));
            lines.push(format!("-d '{body}'"));
        }
        lines.join(" \\\n  ")
    }
}

/// Whether it is told as RFC 9457 says, in the same way whichever it is.
fn is_problem(answer: &Value) -> bool {
    answer.pointer("/content/application~1problem+json").is_some()
}

/// A parameter of a path, as somebody fills it in.
fn placeholder(part: &str) -> String {
    match part.strip_suffix('}') {
        Some(name) => name.to_uppercase(),
        None => part.trim_end_matches('{').to_owned(),
    }
}

/// A text without the marks of Markdown, which a page does not read.
fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().replace('`', "")
}

fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}
