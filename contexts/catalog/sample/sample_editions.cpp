#include "catalog/sample/sample_editions.hpp"

#include "catalog/application/editions.hpp"
#include "catalog/application/register_edition.hpp"
#include "chassis/forms/form.hpp"

#include <initializer_list>
#include <stdexcept>
#include <utility>

namespace madang::catalog {
namespace {

SampleEdition edition(const char* number, const char* title, const char* author,
                      const char* language, const RentalTerms& terms,
                      std::initializer_list<Chapter> chapters) {
  return {{title,
           {author},
           language,
           Format::ebook,
           {IdentifierScheme::publisher, std::string{"maru:"} + number}},
          terms,
          chapters};
}

// What has its file was loaded whole before; while the catalog cannot say, it is loaded again.
bool is_there(const EditionId& edition, chassis::Commands& catalog) {
  try {
    const auto found = catalog.ask(EditionOf{edition}, catalog.head());
    return found && found->stands.file;
  } catch (const chassis::Unavailable&) {
    return false;
  }
}

void load(const SampleEdition& sample, chassis::Commands& catalog, EpubStore& files) {
  const auto& details = sample.details;
  const auto id = edition_id_of(details.identifier);
  if (is_there(id, catalog)) return;
  const ImportEdition import{id, details, sample.terms};
  // Of the content, so a later start gets the answers of the first, and what the shop has changed since stays.
  const auto key = chassis::RequestKey::of_request(
      "catalog", "sample", "load-sample", chassis::encode(import), {}, "requests/sample", {});
  static_cast<void>(catalog.run(import, key.step("import")));

  const auto incoming = files.receive();
  incoming->append(
      make_epub(details.identifier.value, details.title, details.language, sample.chapters));
  const auto stored = incoming->finish();
  const auto* file = std::get_if<EpubFile>(&stored);
  if (!file)
    throw std::logic_error{"a sample's EPUB is none: " +
                           std::get<because::not_an_epub>(stored).reason};
  // Refused when the shop has withdrawn the edition since; then it needs no file.
  static_cast<void>(catalog.run(AttachFile{id, *file}, key.step("attach " + file->sha256)));
}

}  // namespace

std::vector<SampleEdition> sample_editions() {
  const auto lent = [](std::int64_t won, std::int32_t days, std::int32_t licences) {
    return RentalTerms{Money::won(won), days, licences, 1, Money::won(won / 2)};
  };
  return {
      edition("1001", "마당 깊은 서점", "한소라", "ko", lent(3000, 14, 3),
              {{"첫째 날", "비가 그치자 서점 문이 열렸다. 마당에는 젖은 책 한 권이 놓여 있었다."},
               {"둘째 날", "책의 주인은 돌아오지 않았지만, 누군가 밤새 그 책을 말려 두었다."}}),
      edition("1002", "바람이 읽는 편지", "윤도하", "ko", lent(2500, 14, 2),
              {{"보내는 이", "편지는 언제나 바람보다 하루 늦게 도착했다."},
               {"받는 이", "그래서 그는 먼저 창문을 열고, 다음 날 봉투를 열었다."}}),
      edition("1003", "열두 개의 의자", "서이안", "ko", lent(3500, 7, 1),
              {{"빈자리", "의자는 열두 개였고 손님은 열한 명이었다."},
               {"마지막 손님", "문이 열렸을 때 모두가 일어섰다."}}),
      edition("1004", "느린 우체국의 밤", "문가람", "ko", lent(2000, 21, 4),
              {{"자정", "우체국의 시계는 십 분 느렸고, 그것을 고치려는 사람은 없었다."}}),
      edition("1005", "작은 섬의 식물 기록", "채로운", "ko", lent(4000, 14, 2),
              {{"봄", "섬에서 가장 먼저 피는 꽃에는 이름이 세 개 있다."},
               {"가을", "마지막으로 지는 꽃에는 이름이 하나도 없다."}}),
      edition("1006", "아침을 굽는 사람들", "배온유", "ko", lent(3000, 14, 5),
              {{"반죽", "새벽 네 시의 반죽은 사람보다 먼저 깨어난다."}}),
      edition(
          "2001", "The Cartographer of Puddles", "Imre Lindqvale", "en", lent(3000, 14, 3),
          {{"Rain", "She mapped every puddle in the town, and every map was out of date by noon."},
           {"Sun",
            "On the first dry day she drew the streets, and found that she did not know them."}}),
      edition("2002", "A Clock for the Quiet House", "Tamsin Orrowell", "en", lent(2500, 14, 2),
              {{"The Parcel", "The clock came without hands and kept perfect time."}}),
      edition("2003", "Nine Ways to Mend a Net", "Davor Pellingham", "en", lent(2000, 21, 1),
              {{"The First Knot", "Every net begins as an argument between two pieces of string."},
               {"The Ninth Knot", "It ends, when it ends well, as an agreement with the sea."}}),
      edition(
          "2004", "The Orchard Ledger", "Wilhelmina Strake", "en", lent(3500, 14, 2),
          {{"Debit", "For each tree she wrote down what it owed her."},
           {"Credit", "In autumn she turned the page, and wrote down what she owed the trees."}}),
      edition(
          "2005", "Letters to a Lighthouse", "Corin Ashvale", "en", lent(3000, 7, 4),
          {{"Unanswered", "The lighthouse answered each letter in the only word that it knew."}}),
      edition("2006", "How the Ferry Learned to Wait", "Odile Marrowby", "en", lent(2500, 14, 3),
              {{"Late",
                "The ferry had never waited for anyone, until it waited for the baker's dog."}}),
  };
}

void load_sample(chassis::Commands& catalog, EpubStore& files) {
  for (const auto& sample : sample_editions()) load(sample, catalog, files);
}

}  // namespace madang::catalog
