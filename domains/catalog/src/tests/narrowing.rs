//! Lists by what sells, by what shoppers think, and by what they choose.

use std::collections::BTreeMap;

use kernel::{PageRequest, ProductId};
use serde_json::json;

use super::*;
use crate::{
    AttributeKind, AttributeTerms, ChoiceFacet, NewAttribute, ProductFilter, Sort, change_ratings, create_attribute,
    facets, list_products, set_sold,
};

async fn titles(ctx: &mut Ctx, filter: &ProductFilter) -> Vec<String> {
    let page = list_products(ctx, filter, &PageRequest::first(50)).await.unwrap();
    page.items.into_iter().map(|item| item.title).collect()
}

fn by(sort: Sort) -> ProductFilter {
    ProductFilter {
        sort,
        ..ProductFilter::default()
    }
}

fn chosen(codes: &[&str]) -> ProductFilter {
    ProductFilter {
        choices: codes.iter().map(|code| (*code).to_owned()).collect(),
        ..by(Sort::Title)
    }
}

fn ids(shelf: &[ProductDetails]) -> Vec<ProductId> {
    shelf.iter().map(|details| details.product.id).collect()
}

#[tokio::test]
async fn what_sells_best_stands_first() {
    let db = TestDatabase::new().await;
    let products = ["A", "B", "C"].map(|title| product(title, Some(100)));
    let ids = ids(&shelf(&db, products.into()).await);
    let mut ctx = db.work().write();
    let told = |numbers: &[(usize, i64)]| -> BTreeMap<ProductId, i64> {
        numbers.iter().map(|(at, sold)| (ids[*at], *sold)).collect()
    };
    let sold = async |ctx: &mut Ctx, numbers: &[(usize, i64)]| set_sold(ctx, &told(numbers)).await.unwrap();
    assert_eq!(sold(&mut ctx, &[(0, 3), (1, 7)]).await, 2);
    assert_eq!(titles(&mut ctx, &by(Sort::BestSelling)).await, ["B", "A", "C"]);
    assert_eq!(sold(&mut ctx, &[(0, 3), (1, 7)]).await, 0, "nothing is another");
    assert_eq!(
        sold(&mut ctx, &[(0, 3), (2, 4)]).await,
        2,
        "what is not told of sold nothing"
    );
    assert_eq!(titles(&mut ctx, &by(Sort::BestSelling)).await, ["C", "A", "B"]);
}

#[tokio::test]
async fn one_good_review_does_not_stand_above_many() {
    let db = TestDatabase::new().await;
    let products = ["None", "One", "Many", "Poor"].map(|title| product(title, Some(100)));
    let ids = ids(&shelf(&db, products.into()).await);
    let mut ctx = db.work().write();
    let reviews = BTreeMap::from([
        (ids[1], [0, 0, 0, 0, 1]),
        (ids[2], [0, 0, 5, 15, 80]),
        (ids[3], [9, 1, 0, 0, 0]),
    ]);
    change_ratings(&mut ctx, &reviews).await.unwrap();
    assert_eq!(
        titles(&mut ctx, &by(Sort::Rating)).await,
        ["Many", "One", "Poor", "None"]
    );
    for (stars, left) in [
        (5, vec!["One"]),
        (4, vec!["Many", "One"]),
        (1, vec!["Many", "One", "Poor"]),
    ] {
        let filter = ProductFilter {
            rating_min: Some(stars),
            ..by(Sort::Title)
        };
        assert_eq!(titles(&mut ctx, &filter).await, left, "{stars}");
    }
    let counted = facets(&mut ctx, &by(Sort::Title)).await.unwrap();
    assert_eq!(counted.ratings, [(4, 2), (3, 2), (2, 2), (1, 3)]);
    let best = ProductFilter {
        rating_min: Some(4),
        brand: Some("Nobody".to_owned()),
        ..by(Sort::Title)
    };
    assert_eq!(facets(&mut ctx, &best).await.unwrap().ratings, [], "of that brand");
    let best = ProductFilter { brand: None, ..best };
    let narrowed = facets(&mut ctx, &best).await.unwrap();
    assert_eq!(
        narrowed.ratings, counted.ratings,
        "as if the list were not narrowed by them"
    );
}

#[tokio::test]
async fn the_database_reckons_ratings_as_the_program_does() {
    let db = TestDatabase::new().await;
    let all = [
        [0; 5],
        [0, 0, 0, 0, 1],
        [1, 0, 0, 1, 1],
        [0, 0, 1, 1, 2],
        [0, 0, 0, 19, 1],
        [7, 0, 3, 2, 9],
    ];
    let products = (0..all.len()).map(|at| product(&format!("P{at}"), Some(100)));
    let ids = ids(&shelf(&db, products.collect()).await);
    let mut ctx = db.work().write();
    change_ratings(&mut ctx, &ids.iter().copied().zip(all).collect())
        .await
        .unwrap();
    for (id, counts) in ids.into_iter().zip(all) {
        let sql = sqlx::query_as::<_, (i64, i64)>("SELECT stars, rated FROM catalog.products WHERE id = $1");
        let kept = sql.bind(id).fetch_one(ctx.sql().await.unwrap()).await.unwrap();
        let rating = crate::Rating::of(counts);
        assert_eq!(kept, (rating.tenths(), rating.score()), "{counts:?}");
    }
}

#[tokio::test]
async fn options_and_attributes_narrow_a_list() {
    let db = TestDatabase::new().await;
    write(&db, async |ctx| {
        let attribute = |name: &str, kind, shown| NewAttribute {
            code: String::new(),
            kind,
            terms: AttributeTerms {
                name: name.to_owned(),
                choices: vec!["Wool".to_owned(), "Cotton".to_owned()],
                shown,
                ..AttributeTerms::default()
            },
        };
        let several = AttributeKind::SeveralOf;
        create_attribute(ctx, attribute("Material", several, true))
            .await
            .unwrap();
        create_attribute(ctx, attribute("Secret", AttributeKind::OneOf, false))
            .await
            .unwrap();
    })
    .await;
    let shirt = |title: &str, colors: &[&str], materials: serde_json::Value| NewProduct {
        option_names: vec!["Color".to_owned()],
        attributes: [("Material".to_owned(), materials), ("Secret".to_owned(), json!("Wool"))]
            .into_iter()
            .collect(),
        variants: colors
            .iter()
            .map(|color| NewVariant {
                title: (*color).to_owned(),
                option_values: vec![(*color).to_owned()],
                price: Some(usd(100)),
                ..NewVariant::default()
            })
            .collect(),
        ..product(title, None)
    };
    let shirts = vec![
        shirt("A", &["Red", "Blue"], json!(["Wool", "Cotton"])),
        shirt("B", &["red"], json!(["Wool"])),
        shirt("C", &["Dark Green"], json!([])),
    ];
    shelf(&db, shirts).await;
    let mut ctx = db.work().read();
    for (codes, left) in [
        (vec!["color.red"], vec!["A", "B"]),
        (vec!["color.dark-green", "color.blue"], vec!["A", "C"]),
        (vec!["color.red", "material.cotton"], vec!["A"]),
        (vec!["secret.wool"], vec![]),
        (vec!["color.pink"], vec![]),
        (vec!["rubbish"], vec!["A", "B", "C"]),
    ] {
        assert_eq!(titles(&mut ctx, &chosen(&codes)).await, left, "{codes:?}");
    }
    let facet = |name: &str, values: &[(&str, &str, i64)]| ChoiceFacet {
        name: name.to_owned(),
        values: values
            .iter()
            .map(|(code, value, count)| ((*code).to_owned(), (*value).to_owned(), *count))
            .collect(),
    };
    let counted = facets(&mut ctx, &chosen(&["material.cotton"])).await.unwrap();
    assert_eq!(
        counted.choices,
        [
            facet(
                "Material",
                &[("material.wool", "Wool", 2), ("material.cotton", "Cotton", 1)]
            ),
            facet("Color", &[("color.blue", "Blue", 1), ("color.red", "Red", 1)]),
        ],
        "what else could be chosen of the name is counted too"
    );
}
