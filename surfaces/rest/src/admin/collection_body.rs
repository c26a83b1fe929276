//! What requests and answers say of a collection.

use catalog::{CollectionChanges, Condition, ConditionField, ConditionTest, Matching, NewCollection};
use kernel::{FieldError, Invalid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{ids, present, words};

/// What the products of a collection have in common.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CollectionRules {
    /// Whether `all` conditions have to hold, or `any`.
    #[serde(rename = "match")]
    #[schema(pattern = "^(all|any)$")]
    matching: String,
    #[schema(min_items = 1, max_items = 20)]
    conditions: Vec<CollectionCondition>,
}

/// One thing that is asked of a product.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CollectionCondition {
    #[schema(pattern = "^(tag|title|brand|vendor|product_type|price|stock|attribute)$")]
    field: String,
    /// `contains` and `lacks` for titles, `at_least` and `at_most` for prices, `is` for stock, otherwise `is` and `is_not`. A price is
    /// the lowest that is to be paid now, sales included.
    #[schema(pattern = "^(is|is_not|contains|lacks|at_least|at_most)$")]
    test: String,
    /// The attribute's name.
    #[serde(default)]
    #[schema(max_length = 500)]
    name: String,
    /// A text, an amount in major units, or `true` or `false` for stock.
    #[schema(min_length = 1, max_length = 500)]
    value: String,
}

impl CollectionRules {
    fn parse(self) -> Result<catalog::Rules, Invalid> {
        let mut invalid = Invalid::default();
        let matching = Matching::parse(&self.matching).ok_or_else(|| unknown("rules.match".to_owned()));
        let matching = invalid.check("", matching);
        let mut conditions = Vec::with_capacity(self.conditions.len());
        for (index, condition) in self.conditions.into_iter().enumerate() {
            let place = |name| format!("rules.conditions.{index}.{name}");
            let field = ConditionField::parse(&condition.field).ok_or_else(|| unknown(place("field")));
            let test = ConditionTest::parse(&condition.test).ok_or_else(|| unknown(place("test")));
            if let (Some(field), Some(test)) = (invalid.check("", field), invalid.check("", test)) {
                conditions.push(Condition {
                    field,
                    test,
                    name: condition.name,
                    value: condition.value,
                });
            }
        }
        invalid.into_result()?;
        Ok(catalog::Rules {
            matching: matching.unwrap_or(Matching::All),
            conditions,
        })
    }
}

fn unknown(field: String) -> FieldError {
    FieldError::new(field, "unknown", "is none of the names that are known")
}

impl From<catalog::Rules> for CollectionRules {
    fn from(rules: catalog::Rules) -> Self {
        let condition = |condition: Condition| CollectionCondition {
            field: condition.field.as_str().to_owned(),
            test: condition.test.as_str().to_owned(),
            name: condition.name,
            value: condition.value,
        };
        Self {
            matching: rules.matching.as_str().to_owned(),
            conditions: rules.conditions.into_iter().map(condition).collect(),
        }
    }
}

/// A collection to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateCollection {
    #[schema(value_type = words::Title)]
    title: String,
    /// The last part of its page's address; made from the title without it.
    #[schema(value_type = Option<words::NewSlug>)]
    slug: Option<String>,
    /// Harmful markup is dropped.
    #[serde(default)]
    #[schema(max_length = 500_000)]
    description_html: String,
    #[serde(default)]
    #[schema(max_length = 2000)]
    image_url: String,
    /// What the picture shows, for those who do not see it.
    #[serde(default)]
    #[schema(max_length = 2000)]
    image_alt: String,
    #[serde(default)]
    #[schema(max_length = 2000)]
    seo_title: String,
    #[serde(default)]
    #[schema(max_length = 2000)]
    seo_description: String,
    /// Null to choose its products by hand.
    rules: Option<CollectionRules>,
}

impl CreateCollection {
    pub(super) fn parse(self) -> Result<NewCollection, Invalid> {
        Ok(NewCollection {
            slug: self.slug,
            title: self.title,
            description_html: self.description_html,
            image_url: self.image_url,
            image_alt: self.image_alt,
            seo_title: self.seo_title,
            seo_description: self.seo_description,
            rules: self.rules.map(CollectionRules::parse).transpose()?,
        })
    }
}

/// What to change; a field that is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateCollection {
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = words::Title, required = false)]
    title: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = words::Slug, required = false)]
    slug: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 500_000)]
    description_html: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    image_url: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    image_alt: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    seo_title: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, max_length = 2000)]
    seo_description: Option<String>,
    /// Null keeps the products it has, to be changed by hand.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<CollectionRules>)]
    rules: Option<Option<CollectionRules>>,
}

impl UpdateCollection {
    pub(super) fn parse(self) -> Result<CollectionChanges, Invalid> {
        let rules = self.rules.map(|rules| rules.map(CollectionRules::parse).transpose());
        Ok(CollectionChanges {
            slug: self.slug,
            title: self.title,
            description_html: self.description_html,
            image_url: self.image_url,
            image_alt: self.image_alt,
            seo_title: self.seo_title,
            seo_description: self.seo_description,
            rules: rules.transpose()?,
        })
    }
}

/// The products of a collection that is chosen by hand.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CollectionProducts {
    /// All of them, in order.
    #[schema(value_type = Vec<ids::ProductId>, max_items = 5000)]
    pub(super) product_ids: Vec<kernel::ProductId>,
}

/// A collection.
#[derive(Serialize, ToSchema)]
pub(super) struct AdminCollection {
    #[schema(value_type = ids::CollectionId)]
    id: kernel::CollectionId,
    slug: String,
    title: String,
    /// Harmless HTML.
    description_html: String,
    image_url: String,
    image_alt: String,
    seo_title: String,
    seo_description: String,
    /// Null when its products are chosen by hand.
    rules: Option<CollectionRules>,
    /// How many products are in it, published or not.
    #[schema(minimum = 0)]
    product_count: i64,
    /// Raised by every change; also in the ETag.
    version: i64,
}

impl From<catalog::Collection> for AdminCollection {
    fn from(collection: catalog::Collection) -> Self {
        Self {
            id: collection.id,
            slug: collection.slug.into_string(),
            title: collection.title,
            description_html: collection.description_html,
            image_url: collection.image_url,
            image_alt: collection.image_alt,
            seo_title: collection.seo_title,
            seo_description: collection.seo_description,
            rules: collection.rules.map(CollectionRules::from),
            product_count: collection.product_count,
            version: collection.version,
        }
    }
}
