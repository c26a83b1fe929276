//! Categories to choose from in a form: all of few, and of many what is chosen and what somebody looks for. A form with a search
//! that was not answered yet comes back with the answer and with all that was typed, so that it needs no script.

use axum::{http::header, response::IntoResponse as _};
use catalog::{CategoryChoice, CategoryChoices};
use database::Ctx;
use kernel::CategoryId;
use serde::{Deserialize, Serialize};
use web::{Answer, Problem, Query, Staff, can};

/// The button that looks for categories.
const FIND: &str = "find_category";

/// The part of a form in which categories are looked for: what is typed, for what the answer stands there, and the button. A
/// form holds it flattened and leaves it out of what it shows.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Search {
    #[serde(rename = "find_category")]
    pub(crate) typed: String,
    #[serde(rename = "found_category")]
    answered: String,
    action: String,
}

impl Search {
    /// Whether the form is sent to look for categories, and not to be saved.
    pub(crate) fn is_asked(&self) -> bool {
        let typed = self.typed.trim();
        self.action == FIND || (!typed.is_empty() && typed != self.answered.trim())
    }
}

/// The part of a form that categories are chosen in.
#[derive(Debug, Serialize)]
pub(crate) struct CategoryChooser {
    offered: Vec<Offered>,
    /// Whether the store has no others, so that nothing has to be looked for.
    is_all: bool,
    typed: String,
    /// Whether the form comes back because somebody looked for categories.
    is_answer: bool,
    /// How many are called as it is typed, or of many the first.
    found: usize,
    has_more: bool,
    /// Whether all of them are chosen already.
    is_chosen: bool,
}

#[derive(Debug, Serialize)]
struct Offered {
    id: String,
    /// Its name, behind what it lies in unless the rows above show that.
    label: String,
    depth: usize,
    chosen: bool,
}

impl CategoryChooser {
    /// What a form offers in which these are chosen; what is no id is left out.
    pub(crate) async fn load(ctx: &mut Ctx, search: &Search, chosen: &[String]) -> Result<Self, Problem> {
        let ids: Vec<CategoryId> = chosen.iter().filter_map(|id| id.parse().ok()).collect();
        let choices = catalog::category_choices(ctx, &search.typed, &ids).await?;
        let is_chosen = choices.found > 0 && choices.found == choices.found_chosen && !choices.has_more;
        let CategoryChoices {
            offered,
            is_all,
            found,
            has_more,
            ..
        } = choices;
        let offer = |choice: CategoryChoice| Offered {
            chosen: ids.contains(&choice.id),
            id: choice.id.to_string(),
            depth: if is_all { choice.above.len() } else { 0 },
            label: if is_all { choice.name } else { label(choice) },
        };
        Ok(Self {
            offered: offered.into_iter().map(offer).collect(),
            is_all,
            is_answer: search.is_asked(),
            found,
            has_more,
            is_chosen,
            typed: search.typed.trim().to_owned(),
        })
    }

    /// Whether the store has no others.
    pub(crate) fn is_all(&self) -> bool {
        self.is_all
    }

    /// Without this one, which cannot be chosen.
    pub(crate) fn without(mut self, id: Option<CategoryId>) -> Self {
        let Some(id) = id.map(|id| id.to_string()) else {
            return self;
        };
        if !self.is_all && self.offered.iter().any(|offered| offered.id == id && !offered.chosen) {
            self.found = self.found.saturating_sub(1);
        }
        self.offered.retain(|offered| offered.id != id);
        self
    }

    /// Each with its id and what it is called in a list of choices.
    pub(crate) fn options(&self) -> impl Iterator<Item = (&str, String)> {
        let option = |offered: &Offered| format!("{}{}", "— ".repeat(offered.depth), offered.label);
        self.offered
            .iter()
            .map(move |offered| (offered.id.as_str(), option(offered)))
    }
}

fn label(choice: CategoryChoice) -> String {
    let mut path = choice.above;
    path.push(choice.name);
    path.join(" › ")
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FindQuery {
    q: String,
}

/// What a script puts into a form.
#[derive(Serialize)]
struct Found {
    /// How many there are, in words.
    said: String,
    has_more: bool,
    choices: Vec<FoundChoice>,
}

#[derive(Serialize)]
struct FoundChoice {
    id: String,
    label: String,
    name: String,
}

/// Categories by the beginnings of their words, for forms with a script.
pub(crate) async fn find(staff: Staff<can::WorkHere>, Query(query): Query<FindQuery>) -> Answer {
    let mut ctx = staff.work.read();
    let found = catalog::find_choices(&mut ctx, &query.q).await?;
    ctx.rollback().await;
    let count = found.choices.len().to_string();
    let said = match (found.choices.is_empty(), found.has_more) {
        (true, _) => staff.translate("admin-categories-nothing", &[]),
        (false, false) => staff.translate("admin-category-found", &[("count", &count)]),
        (false, true) => staff.translate("admin-category-found-many", &[("count", &count)]),
    };
    let choices = found.choices.into_iter().map(|choice| FoundChoice {
        id: choice.id.to_string(),
        name: choice.name.clone(),
        label: label(choice),
    });
    let found = Found {
        said,
        has_more: found.has_more,
        choices: choices.collect(),
    };
    let private = [(header::CACHE_CONTROL, "private, no-store")];
    Ok((private, axum::Json(found)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_answered_before_its_form_is_saved() {
        for (typed, answered, action, is_asked) in [
            ("", "", "", false),
            ("shoes", "", "", true),
            (" shoes ", "shoes", "", false),
            ("boots", "shoes", "", true),
            ("shoes", "shoes", "find_category", true),
            ("", "", "find_category", true),
            ("", "shoes", "", false),
        ] {
            let search = Search {
                typed: typed.to_owned(),
                answered: answered.to_owned(),
                action: action.to_owned(),
            };
            assert_eq!(search.is_asked(), is_asked, "{typed} {answered} {action}");
        }
    }
}
