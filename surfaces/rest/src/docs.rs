//! `/api/docs`: the document as a page, rendered here, without a script and without a request to anywhere else.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::OpenApi;

use crate::document::WITHOUT_ZERO;

/// What the page shows.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct DocsView {
    title: String,
    /// The paragraphs above the endpoints.
    introduction: Vec<String>,
    base: String,
    groups: Vec<Group>,
    /// What many operations answer and only refer to.
    problems: Vec<AnswerView>,
    schemas: Vec<SchemaView>,
}

/// The endpoints of one tag.
#[derive(Debug, Clone, Serialize)]
struct Group {
    name: String,
    anchor: String,
    description: String,
    operations: Vec<OperationView>,
}

#[derive(Debug, Clone, Serialize)]
struct OperationView {
    id: String,
    method: String,
    path: String,
    summary: String,
    description: String,
    guarded: bool,
    parameters: Vec<FieldView>,
    body: Option<TypeView>,
    answers: Vec<AnswerView>,
    /// Problems that hardly any other operation answers so.
    problems: Vec<AnswerView>,
    /// Those that are told once for all.
    usual: Vec<AnswerView>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct AnswerView {
    status: String,
    description: String,
    /// Where it is told once for all; empty where it stands.
    anchor: String,
    of: Option<TypeView>,
}

#[derive(Debug, Clone, Serialize)]
struct SchemaView {
    name: String,
    description: String,
    of: TypeView,
    fields: Vec<FieldView>,
    /// What it is one of, where there are several.
    choices: Vec<TypeView>,
}

#[derive(Debug, Clone, Serialize)]
struct FieldView {
    name: String,
    /// Where a parameter stands: `path`, `query` or `header`; empty for a field.
    place: String,
    required: bool,
    description: String,
    of: TypeView,
}

/// A type in words, and the schema that it names, if it names one.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct TypeView {
    text: String,
    schema: String,
    /// Bounds and patterns, in words.
    bounds: String,
}

impl DocsView {
    /// The view of a document.
    pub(crate) fn new(document: &OpenApi) -> Self {
        let document = serde_json::to_value(document).unwrap_or_default();
        let mut operations = operations(&document);
        let problems = tell_once(&mut operations);
        let group = |tag: &Value| {
            let name = text(tag, "name");
            Group {
                anchor: name.to_lowercase().replace(": ", "-").replace(' ', "-"),
                description: text(tag, "description"),
                operations: operations
                    .iter()
                    .filter(|(of, _)| *of == name)
                    .map(|(_, view)| view.clone())
                    .collect(),
                name,
            }
        };
        let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
        Self {
            title: text(field(&document, "info"), "title"),
            introduction: text(field(&document, "info"), "description")
                .split("\n\n")
                .map(str::to_owned)
                .collect(),
            base: document
                .pointer("/servers/0/url")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            groups: list(&document, "tags")
                .iter()
                .map(group)
                .filter(|group| !group.operations.is_empty())
                .collect(),
            problems,
            schemas: schemas
                .into_iter()
                .flatten()
                .map(|(name, schema)| schema_view(name, schema))
                .collect(),
        }
    }
}

fn operations(document: &Value) -> Vec<(String, OperationView)> {
    let mut operations = Vec::new();
    for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
        for method in ["get", "post", "put", "patch", "delete"] {
            if let Some(operation) = item.get(method) {
                let tag = list(operation, "tags")
                    .first()
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned();
                operations.push((tag, operation_view(path, method, operation)));
            }
        }
    }
    operations
}

fn operation_view(path: &str, method: &str, operation: &Value) -> OperationView {
    let responses = operation.get("responses").and_then(Value::as_object);
    let answer = |(status, response): (&String, &Value)| AnswerView {
        status: status.clone(),
        description: text(response, "description"),
        anchor: String::new(),
        of: content(response).map(type_view),
    };
    let answers: Vec<AnswerView> = responses.into_iter().flatten().map(answer).collect();
    let (problems, answers) = answers.into_iter().partition(|answer| answer.status.as_str() >= "400");
    let parameter = |parameter: &Value| FieldView {
        name: text(parameter, "name"),
        place: text(parameter, "in"),
        required: parameter.get("required").and_then(Value::as_bool).unwrap_or_default(),
        description: text(parameter, "description"),
        of: type_view(field(parameter, "schema")),
    };
    OperationView {
        id: text(operation, "operationId"),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(operation, "summary"),
        description: text(operation, "description"),
        guarded: operation.get("security").is_some(),
        parameters: list(operation, "parameters").iter().map(parameter).collect(),
        body: operation.get("requestBody").and_then(content).map(type_view),
        answers,
        problems,
        usual: Vec::new(),
    }
}

/// Takes problems that at least three operations answer alike out of them, which refer to them from then on.
fn tell_once(operations: &mut [(String, OperationView)]) -> Vec<AnswerView> {
    let mut answered: BTreeMap<AnswerView, u32> = BTreeMap::new();
    for problem in operations.iter().flat_map(|(_, operation)| &operation.problems) {
        *answered.entry(problem.clone()).or_default() += 1;
    }
    let often = answered.into_iter().filter(|(_, operations)| *operations >= 3);
    let anchored = |(place, (problem, _)): (usize, (AnswerView, u32))| {
        let anchor = format!("problem-{}", place + 1);
        (problem.clone(), AnswerView { anchor, ..problem })
    };
    let told: BTreeMap<AnswerView, AnswerView> = often.enumerate().map(anchored).collect();
    for (_, operation) in operations {
        for problem in std::mem::take(&mut operation.problems) {
            match told.get(&problem) {
                Some(anchored) => operation.usual.push(anchored.clone()),
                None => operation.problems.push(problem),
            }
        }
    }
    told.into_values().collect()
}

fn schema_view(name: &str, schema: &Value) -> SchemaView {
    let mut fields = Vec::new();
    for part in std::iter::once(schema).chain(list(schema, "allOf")) {
        let required: Vec<&str> = list(part, "required").iter().filter_map(Value::as_str).collect();
        for (name, property) in part.get("properties").and_then(Value::as_object).into_iter().flatten() {
            fields.push(FieldView {
                name: name.clone(),
                place: String::new(),
                required: required.contains(&name.as_str()),
                description: text(property, "description"),
                of: type_view(property),
            });
        }
    }
    fields.sort_by_key(|field| !field.required);
    SchemaView {
        name: name.to_owned(),
        description: text(schema, "description"),
        of: type_view(schema),
        fields,
        choices: match list(schema, "oneOf") {
            choices if choices.len() > 1 => choices.iter().map(type_view).collect(),
            _ => Vec::new(),
        },
    }
}

/// A schema in words: `list of`, the name of what it refers to, `or null`.
fn type_view(schema: &Value) -> TypeView {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let name = reference.rsplit('/').next().unwrap_or_default().to_owned();
        return TypeView {
            text: name.clone(),
            schema: name,
            bounds: String::new(),
        };
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        let parts = list(schema, choice);
        let null = parts.iter().any(|part| text(part, "type") == "null");
        if let Some(part) = parts.iter().find(|part| text(part, "type") != "null") {
            let mut view = type_view(part);
            view.text.push_str(if null { " or null" } else { "" });
            return view;
        }
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        return TypeView {
            text: "string".to_owned(),
            schema: String::new(),
            bounds: values.join(", "),
        };
    }
    if let Some(listed) = schema.pointer("/properties/items/items") {
        let listed = type_view(listed);
        return TypeView {
            text: format!("page of {}", listed.text),
            ..listed
        };
    }
    if let Some(items) = schema.get("items") {
        let items = type_view(items);
        return TypeView {
            text: format!("list of {}", items.text),
            bounds: bounds(schema),
            ..items
        };
    }
    let names = match schema.get("type") {
        Some(Value::String(name)) => name.clone(),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        Some(_) | None => "anything".to_owned(),
    };
    TypeView {
        text: names,
        schema: String::new(),
        bounds: bounds(schema),
    }
}

fn bounds(schema: &Value) -> String {
    let mut words = Vec::new();
    for (key, word) in [
        ("minimum", "at least "),
        ("maximum", "at most "),
        ("minLength", "at least characters: "),
        ("maxLength", "at most characters: "),
        ("minItems", "at least items: "),
        ("maxItems", "at most items: "),
        ("default", "default "),
        ("format", "format "),
        ("pattern", "like "),
    ] {
        match schema.get(key) {
            Some(Value::String(value)) if value == WITHOUT_ZERO => {}
            Some(Value::String(value)) => words.push(format!("{word}{value}")),
            Some(value) => words.push(format!("{word}{value}")),
            None => {}
        }
    }
    words.join(", ")
}

/// The schema of a request's or answer's first kind of content.
fn content(holder: &Value) -> Option<&Value> {
    holder.get("content")?.as_object()?.values().next()?.get("schema")
}

fn field<'v>(value: &'v Value, name: &str) -> &'v Value {
    value.get(name).unwrap_or(&Value::Null)
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value
        .get(name)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}
