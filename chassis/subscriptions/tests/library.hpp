#pragma once
// A small context of its own for the tests of the machine: books are lent and come back by themselves,
// shelf marks are unique, a reminder follows each loan, and a neighbour context hears of it.
#include "chassis/assembly/assembly.hpp"
#include "chassis/testing/scenario.hpp"
#include "kernel/ids.hpp"

namespace madang::library {

using namespace chassis;
using kernel::Id, kernel::PersonId, kernel::Then, kernel::then;
using namespace std::chrono_literals;
using BookId = Id<struct BookTag>;

namespace because {
struct mark_taken {
  std::string mark;
};
struct already_lent {};
struct not_lent {};
struct unlucky {};
}  // namespace because

struct BookShelved {
  BookId book;
  std::string mark;
};
struct BookLent {
  BookId book;
  PersonId reader;
  Instant until;
};
struct BookBroughtBack {
  BookId book;
  PersonId reader;
};
struct LoanRanOut {
  BookId book;
  PersonId reader;
};

struct Book {
  using Id = BookId;
  using Events = OneOf<BookShelved, BookLent, BookBroughtBack, LoanRanOut>;
  using ClaimedBy = OneOf<BookShelved>;
  using Lapsed = LoanRanOut;

  std::optional<std::string> mark;
  std::optional<BookLent> loan;

  static Book evolve(Book book, const BookShelved& it) {
    book.mark = it.mark;
    return book;
  }
  static Book evolve(Book book, const BookLent& it) {
    book.loan = it;
    return book;
  }
  static Book evolve(Book book, const BookBroughtBack&) {
    book.loan.reset();
    return book;
  }
  static Book evolve(Book book, const LoanRanOut&) {
    book.loan.reset();
    return book;
  }
  static std::vector<Lapsed> lapse_due(const Book& book, Instant now) {
    if (!book.loan || book.loan->until > now) return {};
    return {{book.loan->book, book.loan->reader}};
  }
  static std::optional<Instant> next_lapse(const Book& book) {
    if (!book.loan) return std::nullopt;
    return book.loan->until;
  }
  static std::vector<kernel::Claim<because::mark_taken>> claims(const Book& book) {
    if (!book.mark) return {};
    return {{"mark", *book.mark, {*book.mark}}};
  }
};

struct ReaderTookBook {
  PersonId reader;
};
struct Reader {
  using Id = PersonId;
  using Events = OneOf<ReaderTookBook>;
  int taken = 0;
  static Reader evolve(Reader reader, const ReaderTookBook&) {
    ++reader.taken;
    return reader;
  }
};

struct ShelveBook {
  BookId book;
  std::string mark;
  using Decision = Then<BookShelved>::Unless<because::mark_taken>;
  static Decision decide(const ShelveBook& asked, const Book&) {
    return then(BookShelved{asked.book, asked.mark});
  }
};
struct LendBook {
  BookId book;
  PersonId reader;
  using Decision = Then<BookLent, ReaderTookBook>::Unless<because::already_lent>;
  static Decision decide(const LendBook& asked, const Book& book, const Reader&, Instant now) {
    if (book.loan) return because::already_lent{};
    return then(BookLent{asked.book, asked.reader, now + 24h}, ReaderTookBook{asked.reader});
  }
};
struct BringBack {
  BookId book;
  PersonId reader;
  using Decision = Then<BookBroughtBack>::Unless<because::not_lent>;
  static Decision decide(const BringBack& asked, const Book& book) {
    if (!book.loan) return because::not_lent{};
    return then(BookBroughtBack{asked.book, asked.reader});
  }
};
struct Explode {  // a rule with a defect
  BookId book;
  using Decision = Then<BookBroughtBack>::Always;
  static Decision decide(const Explode&, const Book&) { throw std::runtime_error{"a defect"}; }
};

// A reader's points: one for each loan; unlucky readers cannot have any.
struct PointEarned {
  PersonId reader;
};
struct Points {
  using Id = PersonId;
  using Events = OneOf<PointEarned>;
  int points = 0;
  static Points evolve(Points mine, const PointEarned&) {
    ++mine.points;
    return mine;
  }
};
inline const PersonId unlucky_reader = testing::named<PersonId>("unlucky");
inline bool luck_has_turned = false;  // "the fix": what was parked can be handled now
struct EarnPoint {
  PersonId reader;
  using Decision = Then<PointEarned>::Unless<because::unlucky>;
  static Decision decide(const EarnPoint& asked, const Points&) {
    if (asked.reader == unlucky_reader && !luck_has_turned) throw std::runtime_error{"no luck"};
    return then(PointEarned{asked.reader});
  }
};

namespace v1 {  // as if it were of the contract
struct BookTaken {
  BookId book;
  PersonId reader;
};
struct RemindReader {
  BookId book;
};
}  // namespace v1

// Reminds a reader after 12 hours, unless the book is back.
struct RemindOfLoan {
  struct Waiting {
    using Ignores = OneOf<BookLent>;
    BookId book;
    Instant at;
    Instant deadline() const { return at; }
  };
  struct Over {};
  using Key = BookId;
  using Step = chassis::Step<std::variant<Waiting, Over>, Asks<>, Tells<v1::RemindReader>>;
  using Done = Over;
  using Inputs = OneOf<BookLent, BookBroughtBack>;
  using IgnoredWhenMissing = OneOf<BookBroughtBack>;

  static Step start(const BookLent& lent, Instant now) { return Waiting{lent.book, now + 12h}; }
  static Step on(const Waiting&, const BookBroughtBack&) { return Over{}; }
  static Step on(const Waiting& waiting, const TimeIsUp&) {
    return Step{Over{}}.tell(v1::RemindReader{waiting.book});
  }
};

struct Loans {
  using Key = BookId;
  struct Row {
    BookId book;
    PersonId reader;
    Instant until;
  };
  using Indexed = Columns<&Row::reader>;
  using OrderedBy = Columns<&Row::until>;
  using Reads = OneOf<Book>;
  using Ends = OneOf<BookBroughtBack, LoanRanOut>;
  using Ignores = OneOf<BookShelved>;
  static Row start(const BookLent& it) { return {it.book, it.reader, it.until}; }
};
struct LoansOf {
  using Result = Page<Loans::Row>;
  PersonId reader;
  PageRequest page{};
};
inline LoansOf::Result loans_of(const LoansOf& asked, const Rows<Loans>& loans) {
  return loans.page(select<Loans::Row>()
                        .only<&Loans::Row::reader>(asked.reader)
                        .newest_first<&Loans::Row::until>(),
                    asked.page);
}

struct AllLoansOf {
  using Result = std::vector<Loans::Row>;
  PersonId reader;
  std::size_t at_most;
};
inline AllLoansOf::Result all_loans_of(const AllLoansOf& asked, const Rows<Loans>& loans) {
  return loans.every(select<Loans::Row>().only<&Loans::Row::reader>(asked.reader), asked.at_most);
}

inline std::unique_ptr<Context> library_context() {
  return context("library")
      .aggregates<Book, Reader, Points>()
      .commands<ShelveBook, LendBook, BringBack, Explode, EarnPoint>()
      .policy("earn_a_point_for_each_loan", whenever<ReaderTookBook>, give<EarnPoint>,
              park<because::unlucky>)
      .process<RemindOfLoan>()
      .projection<Loans>()
      .query(loans_of)
      .query(all_loans_of)
      .publishes(
          as<v1::BookTaken, BookLent>,
          keeps_private<BookShelved, BookBroughtBack, LoanRanOut, ReaderTookBook, PointEarned>)
      .done();
}

// The neighbour keeps what it hears and counts.
struct Taken {
  using Key = PersonId;
  struct Row {
    int books = 0;
  };
  using Hears = OneOf<v1::BookTaken>;
  static Row evolve(Row row, const v1::BookTaken&) { return {row.books + 1}; }
};
struct TakenBy {
  using Result = int;
  PersonId reader;
};
inline int taken_by(const TakenBy& asked, const Rows<Taken>& taken) {
  const auto row = taken.find(asked.reader);
  return row ? row->books : 0;
}
inline std::unique_ptr<Context> neighbour_context() {
  return context("neighbour")
      .hears<v1::BookTaken>()
      .records<v1::BookTaken>()
      .projection<Taken>()
      .query(taken_by)
      .done();
}

}  // namespace madang::library
