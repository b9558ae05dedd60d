//! A scenario that ends before the one it extends: what is dated after its end is called off.

use jiff::civil::Date;

use super::diagnostics::Place;
use super::tree::{Entry, Node, Table, Value};

/// Calls off the events of lower layers that are dated, or begin to be possible, after an end
/// that was laid over them, and cuts windows there; returns the ids of those called off. The
/// first `files` places are those of the file asked for and of what it extends, in that order;
/// settings lie above them. What a layer dates after its own end stays, to be refused.
pub(super) fn call_off(root: &mut Node, files: usize) -> Vec<String> {
    let mut called_off = Vec::new();
    let Value::Table(root) = &mut root.value else {
        return called_off;
    };
    let Some(end) = (root.get("time"))
        .and_then(|time| table(&time.node)?.get("end"))
        .map(|end| end.node.clone())
    else {
        return called_off;
    };
    let Some(last) = date(&end) else {
        return called_off;
    };
    let layer = |place: &Place| match place.file < files {
        true => files - place.file,
        false => usize::MAX,
    };
    let below = |node: &Node| layer(&node.place) < layer(&end.place);
    let beyond = |event: &Table, key: &str| {
        let node = event.get(key).map(|entry| &entry.node);
        node.is_some_and(|node| below(node) && date(node).is_some_and(|date| date > last))
    };
    let Some(events) = root.get_mut("event") else {
        return called_off;
    };
    let Value::List(events) = &mut events.node.value else {
        return called_off;
    };
    for event in events {
        let id = event.text_at("id").unwrap_or_default().to_owned();
        let Value::Table(event) = &mut event.value else {
            continue;
        };
        let wanted = event.get("enabled").is_some_and(|e| !below(&e.node));
        if (beyond(event, "date") || beyond(event, "from")) && !wanted {
            put(event, "enabled", Value::Bool(false), &end.place);
            called_off.push(id);
        } else if beyond(event, "until") {
            put(event, "until", end.value.clone(), &end.place);
        }
    }
    called_off
}

fn table(node: &Node) -> Option<&Table> {
    match &node.value {
        Value::Table(table) => Some(table),
        _ => None,
    }
}

fn date(node: &Node) -> Option<Date> {
    match &node.value {
        Value::Date(written) | Value::Text(written) => written.parse().ok(),
        _ => None,
    }
}

fn put(table: &mut Table, key: &str, value: Value, place: &Place) {
    let node = Node {
        place: place.clone(),
        value,
    };
    match table.get_mut(key) {
        Some(entry) => entry.node = node,
        None => table.entries.push(Entry {
            key: key.to_owned(),
            place: place.clone(),
            node,
        }),
    }
}
