//! A collection as it is typed.

use catalog::{
    Collection, CollectionChanges, Condition, ConditionField, ConditionTest, Matching, NewCollection, Rules,
};
use kernel::{FieldError, Invalid};
use serde::{Deserialize, Serialize};
use web::Visitor;

use crate::forms::{Choice, Errors, choices};

/// How many empty conditions the form offers.
const EMPTY_ROWS: usize = 2;

/// The fields of a collection. The four lists belong together, one entry a condition; one without a value is dropped.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct CollectionForm {
    pub(crate) title: String,
    pub(crate) slug: String,
    pub(crate) description_html: String,
    pub(crate) image_url: String,
    pub(crate) image_alt: String,
    pub(crate) seo_title: String,
    pub(crate) seo_description: String,
    /// `hand`, or `all` or `any` of the conditions.
    pub(crate) chosen: String,
    pub(crate) condition: Vec<String>,
    pub(crate) test: Vec<String>,
    pub(crate) name: Vec<String>,
    pub(crate) value: Vec<String>,
    pub(crate) version: String,
    /// `preview` to see what the rules would choose.
    #[serde(skip_serializing)]
    pub(crate) action: String,
}

/// A row of the form.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    condition: String,
    test: String,
    name: String,
    value: String,
    errors: Errors,
}

/// What the form's selects offer.
#[derive(Debug, Serialize)]
pub(crate) struct RuleChoices {
    chosen: Vec<Choice>,
    conditions: Vec<Choice>,
    tests: Vec<Choice>,
}

impl RuleChoices {
    pub(crate) fn new(visitor: &Visitor) -> Self {
        let fields = ConditionField::ALL.iter().map(|field| field.as_str());
        let tests = ConditionTest::ALL.iter().map(|test| test.as_str());
        Self {
            chosen: choices(visitor, "admin-collection-chosen", ["hand", "all", "any"]),
            conditions: choices(visitor, "admin-condition", fields),
            tests: choices(visitor, "admin-test", tests),
        }
    }
}

impl CollectionForm {
    /// A form for a new collection.
    pub(crate) fn empty() -> Self {
        Self {
            chosen: "hand".to_owned(),
            ..Self::default()
        }
    }

    /// The form of a saved collection.
    pub(crate) fn of(collection: Collection) -> Self {
        let conditions = collection.rules.iter().flat_map(|rules| &rules.conditions);
        let list = |text: fn(&Condition) -> String| conditions.clone().map(text).collect();
        Self {
            chosen: collection
                .rules
                .as_ref()
                .map_or("hand", |rules| rules.matching.as_str())
                .to_owned(),
            condition: list(|condition| condition.field.as_str().to_owned()),
            test: list(|condition| condition.test.as_str().to_owned()),
            name: list(|condition| condition.name.clone()),
            value: list(|condition| condition.value.clone()),
            title: collection.title,
            slug: collection.slug.into_string(),
            description_html: collection.description_html,
            image_url: collection.image_url,
            image_alt: collection.image_alt,
            seo_title: collection.seo_title,
            seo_description: collection.seo_description,
            version: collection.version.to_string(),
            action: String::new(),
        }
    }

    /// The conditions that have a value, as they are typed.
    fn typed(&self) -> Vec<[&str; 4]> {
        let rows = self.condition.iter().zip(&self.test).zip(&self.name).zip(&self.value);
        rows.map(|(((condition, test), name), value)| [condition.as_str(), test, name.trim(), value.trim()])
            .filter(|[.., value]| !value.is_empty())
            .collect()
    }

    /// The rows with what is wrong with each, and empty ones after them.
    pub(crate) fn rows(&self, visitor: &Visitor, invalid: &Invalid) -> Vec<Row> {
        let row = |index: usize, [condition, test, name, value]: [&str; 4]| {
            let prefix = format!("rules.conditions.{index}.");
            Row {
                condition: condition.to_owned(),
                test: test.to_owned(),
                name: name.to_owned(),
                value: value.to_owned(),
                errors: Errors::under(visitor, invalid, &prefix),
            }
        };
        let typed = self.typed();
        let filled = typed.len();
        let empty = std::iter::repeat_n(["", "", "", ""], EMPTY_ROWS);
        let rows = typed.into_iter().chain(empty).enumerate();
        rows.take(filled.saturating_add(EMPTY_ROWS))
            .map(|(index, typed)| row(index, typed))
            .collect()
    }

    /// The rules, when it is not chosen by hand.
    pub(crate) fn rules(&self) -> Result<Option<Rules>, Invalid> {
        let mut invalid = Invalid::default();
        let Some(matching) = Matching::parse(&self.chosen) else {
            return Ok(None);
        };
        let mut conditions = Vec::new();
        for (index, [field, test, name, value]) in self.typed().into_iter().enumerate() {
            let place = |name| format!("rules.conditions.{index}.{name}");
            let field = ConditionField::parse(field).ok_or_else(|| FieldError::required(place("condition")));
            let test = ConditionTest::parse(test).ok_or_else(|| FieldError::required(place("test")));
            let (field, test) = (invalid.check("", field), invalid.check("", test));
            if let (Some(field), Some(test)) = (field, test) {
                conditions.push(Condition {
                    field,
                    test,
                    name: name.to_owned(),
                    value: value.to_owned(),
                });
            }
        }
        invalid.into_result()?;
        Ok(Some(Rules { matching, conditions }))
    }

    pub(crate) fn to_new(&self) -> Result<NewCollection, Invalid> {
        Ok(NewCollection {
            slug: Some(self.slug.trim().to_owned()),
            title: self.title.clone(),
            description_html: self.description_html.clone(),
            image_url: self.image_url.trim().to_owned(),
            image_alt: self.image_alt.clone(),
            seo_title: self.seo_title.clone(),
            seo_description: self.seo_description.clone(),
            rules: self.rules()?,
        })
    }

    /// Every field as a change.
    pub(crate) fn to_changes(&self) -> Result<CollectionChanges, Invalid> {
        let new = self.to_new()?;
        Ok(CollectionChanges {
            slug: new.slug,
            title: Some(new.title),
            description_html: Some(new.description_html),
            image_url: Some(new.image_url),
            image_alt: Some(new.image_alt),
            seo_title: Some(new.seo_title),
            seo_description: Some(new.seo_description),
            rules: Some(new.rules),
        })
    }
}
