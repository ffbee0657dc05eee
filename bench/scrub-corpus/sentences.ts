/**
 * Sentences with a place for a value, in the languages and scripts of the product's users. `TUNED` is what the rules were
 * written with; `HELD_OUT` was written after them and is only ever measured: whoever mends a rule over a mistake found there
 * moves its sentences up and writes new ones.
 */

export type Split = 'tuned' | 'held_out';

const TUNED: readonly string[] = [
  '{}',
  'Please check {} before the demo.',
  'Import failed for {} (row 17), retrying.',
  'user wrote: "{}"',
  'value={}',
  'Bitte {} bis Freitag prüfen.',
  'Die Einladung an {} kam zurück, warum?',
  'Merci de vérifier {} avant midi.',
  'Je ne retrouve plus {} dans le projet.',
  'Por favor revisa {} hoy mismo.',
  'Não consigo abrir {} no painel.',
  'Проверьте {} ещё раз, пожалуйста.',
  'Ошибка при сохранении {} в проекте.',
  '{} を確認してください。',
  '保存できません:{}。',
  '请检查 {} 是否正确。',
  '无法保存 {},请重试',
  'يرجى التحقق من {} قبل الاجتماع.',
  'कृपया {} की जाँच करें।',
  'Lütfen {} kaydını kontrol edin.',
  '- {}\n- second line',
  '<li>{}</li>',
  '[{}]',
  'a → {} → b',
  'Could someone look at {}? It blocks the release!',
  'Error while processing "{}": see the log',
  '({})',
  'note: {}; done',
  'Warum steht {} noch im Entwurf?',
  'Wir haben {} gelöscht und neu angelegt.',
  'Pourquoi {} apparaît-il deux fois ?',
  '¿Quién añadió {} al tablero?',
  'Adicionei {} ontem à noite.',
  'Почему {} не обновляется?',
  'Файл для {} не найден.',
  '{}が表示されません',
  '担当者は {} です',
  '把 {} 发给我',
  'هل يمكنكم حذف {} من القائمة؟',
  '{} दिखाई नहीं दे रहा है।',
  '{} neden görünmüyor?',
  'Controlla {} per favore.',
  'Kunt u {} nakijken?',
  'Sprawdź {} jeszcze raz.',
  '| {} | open |',
  '*{}* was changed',
];

const HELD_OUT: readonly string[] = [
  '{}, s’il te plaît, avant ce soir',
  'FYI: {}.',
  'Failed ({}); giving up after 3 tries',
  '> {}\n> quoted',
  'Kannst du {} bitte nachsehen?',
  'Der Kunde nannte {}; mehr wissen wir nicht.',
  '«{}» a disparu depuis hier',
  'El cliente escribió {} en la nota.',
  'O cliente informou {}, mas nada mudou',
  'Клиент указал {} в заявке.',
  '「{}」を削除しました',
  '顧客から {} と連絡がありました。',
  '客户填写了 {} 之后就报错了',
  'كتب العميل {} في الملاحظة',
  'ग्राहक ने {} लिखा था।',
  'Müşteri {} yazmış, kontrol eder misin?',
  'Il cliente ha scritto {}.',
  'De klant schreef {} in het formulier.',
  'Klient podał {} w zgłoszeniu.',
  '고객이 {} 라고 적었습니다.',
  '<b>{}</b> added',
  'key={} status=ok',
  'line 1\n{}\nline 3',
];

export const SENTENCES: Readonly<Record<Split, readonly string[]>> = { tuned: TUNED, held_out: HELD_OUT };

/** Ways in which copying, typesetting and input methods disguise a text without changing what people read. */
export const DISGUISES: Readonly<Record<string, (text: string) => string>> = {
  fullwidth: (text) => text.replace(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0)),
  fullwidth_digits: (text) => text.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)),
  arabic_digits: (text) => text.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0x0630)),
  devanagari_digits: (text) => text.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0x0936)),
  right_to_left_marks: (text) => `\u202b${text}\u202c`,
  left_to_right_mark: (text) => `\u200e${text}\u200e`,
  zero_width: (text) => [...text].join('\u200b'),
  soft_hyphens: (text) => text.replace(/(.{3})/gu, '$1\u00ad'),
  no_break_spaces: (text) => text.replaceAll(' ', '\u00a0'),
  typeset_hyphens: (text) => text.replaceAll('-', '\u2011'),
};
