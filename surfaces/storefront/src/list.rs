//! Lists of products: everything, one category, or what a search finds; with facets, sorting and pages.

mod facets;

use axum::{extract::State, http::Uri, response::Response};
use catalog::{Category, CategoryDetails, Collection, ListError, ProductFilter, Sort};
use kernel::{Cursor, Money, PageRequest, Slug};
use serde::{Deserialize, Serialize};
use web::{MoneyView, Path, Problem, Query, Visitor};

use self::facets::FacetsView;
use crate::{
    Shop,
    head::{Head, path_of},
    layout, structured,
    views::{self, ProductCard},
};

const PAGE_SIZE: u16 = 24;
/// How many of what sells best stand where a search found nothing.
const INSTEAD: u16 = 4;
/// How many characters of a search are looked at.
const MAX_WORDS: usize = 200;
/// How many choices a list is narrowed to at most.
const MOST_CHOICES: usize = 12;

/// What a list can be asked for; what cannot be read is as if it were not there.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
pub(crate) struct ListQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    brand: String,
    #[serde(default)]
    price_min: String,
    #[serde(default)]
    price_max: String,
    #[serde(default)]
    in_stock: String,
    /// So many stars and more.
    #[serde(default)]
    rating: String,
    /// Codes of choices, with commas between them.
    #[serde(default)]
    choices: String,
    #[serde(default)]
    cursor: String,
}

#[derive(Serialize)]
struct ListView {
    heading: String,
    category: Option<CategoryView>,
    breadcrumbs: Vec<Crumb>,
    query: ListQuery,
    sorts: Vec<SortView>,
    facets: FacetsView,
    products: Vec<ProductCard>,
    total: i64,
    next_cursor: Option<String>,
    /// The words that were looked for instead of those of the search.
    corrected: Option<String>,
    /// The prices that the list is narrowed to, as far as what was typed is one.
    price_min: Option<MoneyView>,
    price_max: Option<MoneyView>,
    /// What sells best, beside a search that found nothing.
    instead: Vec<ProductCard>,
}

#[derive(Serialize)]
struct CategoryView {
    name: String,
    description_html: String,
    image_url: String,
    image_alt: String,
    seo_title: String,
    seo_description: String,
    children: Vec<Crumb>,
}

#[derive(Serialize)]
pub(crate) struct Crumb {
    pub(crate) name: String,
    pub(crate) url: String,
}

#[derive(Serialize)]
struct SortView {
    name: &'static str,
    /// The last part of the key of its label.
    label: &'static str,
    current: bool,
}

pub(crate) async fn all(
    State(shop): State<Shop>,
    visitor: Visitor,
    Query(query): Query<ListQuery>,
) -> Result<Response, Problem> {
    let heading = visitor.translate("list-all-products", &[]);
    show(&shop, &visitor, query, Place::Shop, heading).await
}

pub(crate) async fn search(
    State(shop): State<Shop>,
    visitor: Visitor,
    Query(query): Query<ListQuery>,
) -> Result<Response, Problem> {
    let words: String = query.q.trim().chars().take(MAX_WORDS).collect();
    let heading = match words.as_str() {
        "" => visitor.translate("list-all-products", &[]),
        words => visitor.translate("search-heading", &[("query", words)]),
    };
    show(&shop, &visitor, query, Place::Shop, heading).await
}

pub(crate) async fn category(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path(slug): Path<String>,
    uri: Uri,
    Query(query): Query<ListQuery>,
) -> Result<Response, Problem> {
    let slug = Slug::parse(&slug).map_err(|_not_a_slug| Problem::not_found())?;
    let mut ctx = visitor.work.read();
    let Some(found) = catalog::find_category(&mut ctx, &slug).await? else {
        let target = catalog::find_category_redirect(&mut ctx, &slug).await?;
        return crate::moved::moved_on("/products/category", target, &uri);
    };
    ctx.rollback().await;
    let heading = found.category.name.clone();
    show(&shop, &visitor, query, Place::Category(found), heading).await
}

pub(crate) async fn collection(
    State(shop): State<Shop>,
    visitor: Visitor,
    Path(slug): Path<String>,
    uri: Uri,
    Query(query): Query<ListQuery>,
) -> Result<Response, Problem> {
    let slug = Slug::parse(&slug).map_err(|_not_a_slug| Problem::not_found())?;
    let mut ctx = visitor.work.read();
    let Some(found) = catalog::find_collection(&mut ctx, &slug).await? else {
        let target = catalog::find_collection_redirect(&mut ctx, &slug).await?;
        return crate::moved::moved_on("/collections", target, &uri);
    };
    ctx.rollback().await;
    let heading = found.title.clone();
    show(&shop, &visitor, query, Place::Collection(found), heading).await
}

/// Where in the shop a list is.
enum Place {
    Shop,
    Category(CategoryDetails),
    Collection(Collection),
}

impl Place {
    fn breadcrumbs(&self) -> Vec<Crumb> {
        match self {
            Self::Category(found) => crumbs(&found.ancestors),
            Self::Shop | Self::Collection(_) => Vec::new(),
        }
    }

    /// The address of the list, where it can be written in several ways.
    fn path(&self) -> Option<String> {
        match self {
            Self::Shop => None,
            Self::Category(found) => Some(path_of("/products/category", found.category.slug.as_str())),
            Self::Collection(found) => Some(path_of("/collections", found.slug.as_str())),
        }
    }

    /// Narrows the filter to what is here. What was chosen by hand stands in the merchant's order.
    fn narrow(&self, filter: ProductFilter, has_sort: bool) -> ProductFilter {
        match self {
            Self::Shop => filter,
            Self::Category(found) => ProductFilter {
                category: Some(found.category.slug.clone()),
                ..filter
            },
            Self::Collection(found) => ProductFilter {
                collection: Some(found.slug.clone()),
                sort: if has_sort || found.rules.is_some() {
                    filter.sort
                } else {
                    Sort::Relevance
                },
                ..filter
            },
        }
    }

    fn view(self) -> Option<CategoryView> {
        match self {
            Self::Shop => None,
            Self::Category(CategoryDetails { category, children, .. }) => Some(CategoryView {
                children: crumbs(&children),
                name: category.name,
                description_html: category.description_html,
                image_url: category.image_url,
                image_alt: category.image_alt,
                seo_title: category.seo_title,
                seo_description: category.seo_description,
            }),
            Self::Collection(collection) => Some(CategoryView {
                children: Vec::new(),
                name: collection.title,
                description_html: collection.description_html,
                image_url: collection.image_url,
                image_alt: collection.image_alt,
                seo_title: collection.seo_title,
                seo_description: collection.seo_description,
            }),
        }
    }
}

async fn show(
    shop: &Shop,
    visitor: &Visitor,
    mut query: ListQuery,
    place: Place,
    heading: String,
) -> Result<Response, Problem> {
    query.q = query.q.chars().take(MAX_WORDS).collect();
    let filter = place.narrow(query.filter(visitor), !query.sort.is_empty());
    let cursor = Some(query.cursor.clone())
        .filter(|cursor| !cursor.is_empty())
        .map(Cursor::from_text);
    let mut ctx = visitor.work.read();
    let page = PageRequest::first(PAGE_SIZE).after(cursor);
    let listed = search::list_products(&mut ctx, shop.search.as_ref(), &filter, &page, true).await;
    let listed = listed.map_err(problem)?;
    let instead = if listed.page.items.is_empty() && !query.q.is_empty() {
        let best = ProductFilter {
            sort: Sort::BestSelling,
            in_stock: Some(true),
            ..ProductFilter::default()
        };
        let best = catalog::list_products(&mut ctx, &best, &PageRequest::first(INSTEAD)).await;
        best.map_err(problem)?.items
    } else {
        Vec::new()
    };
    let (page, facets) = (listed.page, listed.facets.unwrap_or_default());
    let buyer = cart::buyer(&mut ctx).await?;
    let products = views::cards(&mut ctx, &buyer, page.items).await?;
    let instead = views::cards(&mut ctx, &buyer, instead).await?;
    ctx.rollback().await;
    let heading = match &listed.corrected {
        Some(words) => visitor.translate("search-heading", &[("query", words)]),
        None => heading,
    };
    let path = place.path();
    let view = ListView {
        heading,
        breadcrumbs: place.breadcrumbs(),
        category: place.view(),
        sorts: query.sorts(&filter),
        facets: FacetsView::new(facets, &query, buyer.customer.is_some()),
        products,
        total: page.total,
        next_cursor: page.next_cursor.map(|cursor| cursor.as_str().to_owned()),
        corrected: listed.corrected,
        price_min: filter.price_min.map(MoneyView::from),
        price_max: filter.price_max.map(MoneyView::from),
        instead,
        query,
    };
    let head = view.head(visitor, path);
    layout::page_about(visitor, "storefront/list.html", &view, head).await
}

impl ListView {
    /// A list that is filtered or in another order stands for the whole one; its further pages stand for themselves.
    fn head(&self, visitor: &Visitor, path: Option<String>) -> Head {
        let category = self.category.as_ref();
        let text = category.map(|category| match category.seo_description.as_str() {
            "" => catalog::plain_text(&category.description_html),
            description => description.to_owned(),
        });
        let text = text.filter(|text| !text.is_empty()).unwrap_or_else(|| {
            let names = [("name", self.heading.as_str()), ("store", &visitor.store().name)];
            visitor.translate("list-description", &names)
        });
        let image = category.map(|category| category.image_url.as_str());
        let image = image.filter(|url| !url.is_empty());
        let first = self.products.first().map(|product| product.image_url.as_str());
        Head {
            path,
            cursor: if self.query.is_whole() {
                self.query.cursor.clone()
            } else {
                String::new()
            },
            unlisted: !self.query.q.is_empty(),
            description: text,
            image: image.or(first).unwrap_or_default().to_owned(),
            data: vec![structured::breadcrumbs(visitor, &self.breadcrumbs, &self.heading)],
            ..Head::default()
        }
    }
}

impl ListQuery {
    /// Whether it asks for everything in the usual order.
    fn is_whole(&self) -> bool {
        let narrowing = [
            &self.q,
            &self.sort,
            &self.brand,
            &self.price_min,
            &self.price_max,
            &self.in_stock,
            &self.rating,
            &self.choices,
        ];
        narrowing.into_iter().all(String::is_empty)
    }

    /// The codes of the choices.
    fn codes(&self) -> Vec<&str> {
        let codes = self.choices.split(',').filter(|code| code.contains('.'));
        codes.take(MOST_CHOICES).collect()
    }

    /// So many stars and more, from one to five.
    fn stars(&self) -> Option<u8> {
        self.rating.parse().ok().filter(|stars| (1..=5).contains(stars))
    }

    fn filter(&self, visitor: &Visitor) -> ProductFilter {
        let currency = visitor.store().currency;
        let price = |text: &str| {
            Money::parse_typed(text, currency)
                .ok()
                .filter(|price| !price.is_negative())
        };
        let q = Some(self.q.trim().to_owned()).filter(|q| !q.is_empty());
        let default_sort = if q.is_some() { Sort::Relevance } else { Sort::Newest };
        ProductFilter {
            brand: Some(self.brand.clone()).filter(|brand| !brand.is_empty()),
            price_min: price(&self.price_min),
            price_max: price(&self.price_max),
            in_stock: (!self.in_stock.is_empty()).then_some(true),
            rating_min: self.stars(),
            choices: self.codes().into_iter().map(str::to_owned).collect(),
            sort: Sort::parse(&self.sort).unwrap_or(default_sort),
            q,
            ..ProductFilter::default()
        }
    }

    fn sorts(&self, filter: &ProductFilter) -> Vec<SortView> {
        Sort::ALL
            .into_iter()
            .filter(|sort| *sort != Sort::Relevance || filter.q.is_some() || filter.sort == Sort::Relevance)
            .map(|sort| SortView {
                name: sort.as_str(),
                label: match sort {
                    Sort::Relevance if filter.q.is_none() => "chosen",
                    Sort::Relevance => "relevance",
                    Sort::Newest => "newest",
                    Sort::PriceAsc => "price-asc",
                    Sort::PriceDesc => "price-desc",
                    Sort::Title => "title",
                    Sort::BestSelling => "best-selling",
                    Sort::Rating => "rating",
                },
                current: sort == filter.sort,
            })
            .collect()
    }
}

/// Links of the path from the top of the category tree.
pub(crate) fn crumbs<'a>(path: impl IntoIterator<Item = &'a Category>) -> Vec<Crumb> {
    path.into_iter()
        .map(|category| Crumb {
            name: category.name.clone(),
            url: format!("/products/category/{}", category.slug),
        })
        .collect()
}

/// What a list's error is to a shopper.
pub(crate) fn problem(error: ListError) -> Problem {
    match error {
        ListError::Forbidden(error) => error.into(),
        ListError::Invalid(error) => Problem::from(kernel::Invalid::from(error)),
        ListError::Internal(error) => error.into(),
    }
}
